"""Every way to make an HDF5 file that must not be read, and the ways that must."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from app.errors import InvalidDataset, TooManyImages
from app.hdf5_upload import Hdf5Split, Limits, read_split

LIMITS = Limits(images=1000, pixels=10_000, bytes=10_000_000)
IMAGES = np.random.default_rng(0).integers(0, 256, size=(4, 8, 6, 3), dtype=np.uint8)
LABELS = np.array([0, 1, 1, 0])
CLASSES = np.array([b"non-cat", b"cat"])

Change = Callable[[h5py.File, Path], None]


def write(path: Path, change: Change | None = None, **how: Any) -> Path:
    with h5py.File(path, "w") as file:
        file.create_dataset("train_set_x", data=IMAGES, **how)
        file["train_set_y"] = LABELS
        file["list_classes"] = CLASSES
        if change:
            change(file, path)
    return path


def read(path: Path, limits: Limits = LIMITS) -> tuple[Hdf5Split, np.ndarray[Any, Any]]:
    pixels = path.with_suffix(".raw")
    found = read_split(path, split="train", pixels=pixels, limits=limits)
    return found, np.fromfile(pixels, dtype=np.uint8).reshape(found.shape)


def replaced(name: str, value: object, **how: Any) -> Change:
    def change(file: h5py.File, _: Path) -> None:
        del file[name]
        file.create_dataset(name, data=value, **how)

    return change


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"chunks": (3, 8, 2, 3)},
        {"chunks": (1, 8, 6, 3), "compression": "gzip"},
        {"chunks": (3, 5, 5, 1), "compression": "gzip", "shuffle": True, "fletcher32": True},
    ],
)
def test_images_labels_and_classes_are_read(tmp_path: Path, how: dict[str, Any]) -> None:
    found, pixels = read(write(tmp_path / "a.h5", **how))
    assert np.array_equal(pixels, IMAGES)
    assert found == Hdf5Split(shape=(4, 8, 6, 3), labels=[0, 1, 1, 0], classes=["non-cat", "cat"])


@pytest.mark.parametrize(
    "classes",
    [
        np.array(["non-cat", "cat"], dtype=h5py.string_dtype()),
        np.array([b"non-cat", b"cat"], dtype=h5py.string_dtype(length=20)),
    ],
)
def test_class_names_may_be_text_of_any_kind(tmp_path: Path, classes: object) -> None:
    assert read(write(tmp_path / "a.h5", replaced("list_classes", classes)))[0].classes == ["non-cat", "cat"]


def test_class_names_may_have_accents(tmp_path: Path) -> None:
    names = np.array(["Bär", "猫"], dtype=h5py.string_dtype())
    assert read(write(tmp_path / "a.h5", replaced("list_classes", names)))[0].classes == ["Bär", "猫"]


@pytest.mark.parametrize("dtype", ["uint8", "int32", ">i8"])
def test_labels_may_be_integers_of_any_kind(tmp_path: Path, dtype: str) -> None:
    change = replaced("train_set_y", LABELS.astype(dtype), chunks=(3,), compression="gzip", shuffle=True)
    assert read(write(tmp_path / "a.h5", change))[0].labels == [0, 1, 1, 0]


def test_the_cat_files_are_read(tmp_path: Path, cat_data: Path) -> None:
    limits = Limits(images=1000, pixels=64 * 64, bytes=10**7)
    for split, count in (("train", 209), ("test", 50)):
        found = read_split(cat_data / f"{split}_catvnoncat.h5", split=split, pixels=tmp_path / split, limits=limits)
        assert found.shape == (count, 64, 64, 3)
        assert found.classes == ["non-cat", "cat"]
        with h5py.File(cat_data / f"{split}_catvnoncat.h5") as file:
            assert (tmp_path / split).read_bytes() == file[f"{split}_set_x"][()].tobytes()
            assert found.labels == file[f"{split}_set_y"][()].tolist()


# --- values that do not stand in the file


def soft_link(file: h5py.File, _: Path) -> None:
    file["elsewhere"] = file["train_set_x"]
    del file["train_set_x"]
    file["train_set_x"] = h5py.SoftLink("/elsewhere")


def external_link(file: h5py.File, path: Path) -> None:
    write(path.with_name("other.h5"))
    del file["train_set_x"]
    file["train_set_x"] = h5py.ExternalLink(str(path.with_name("other.h5")), "train_set_x")


def external_link_of_labels(file: h5py.File, path: Path) -> None:
    write(path.with_name("other.h5"))
    del file["train_set_y"]
    file["train_set_y"] = h5py.ExternalLink(str(path.with_name("other.h5")), "train_set_y")


def external_storage(file: h5py.File, path: Path) -> None:
    secret = path.with_name("secret")
    secret.write_bytes(IMAGES.tobytes())
    del file["train_set_x"]
    file.create_dataset("train_set_x", IMAGES.shape, np.uint8, external=[(str(secret), 0, IMAGES.nbytes)])


def virtual(file: h5py.File, path: Path) -> None:
    write(path.with_name("other.h5"))
    layout = h5py.VirtualLayout(shape=IMAGES.shape, dtype=np.uint8)
    layout[:] = h5py.VirtualSource(str(path.with_name("other.h5")), "train_set_x", shape=IMAGES.shape)
    del file["train_set_x"]
    file.create_virtual_dataset("train_set_x", layout)


def group(file: h5py.File, _: Path) -> None:
    del file["train_set_x"]
    file.create_group("train_set_x")


def named_type(file: h5py.File, _: Path) -> None:
    del file["train_set_x"]
    file["train_set_x"] = np.dtype("uint8")


def missing(file: h5py.File, _: Path) -> None:
    del file["train_set_y"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (soft_link, "train_set_x is a link"),
        (external_link, "train_set_x is a link"),
        (external_link_of_labels, "train_set_y is a link"),
        (external_storage, "train_set_x has its values in other files"),
        (virtual, "train_set_x is a virtual dataset"),
        (group, "train_set_x is no dataset"),
        (named_type, "train_set_x is no dataset"),
        (missing, "no dataset train_set_y in the file, but list_classes, train_set_x"),
    ],
)
def test_what_is_not_in_the_file_is_refused(tmp_path: Path, change: Change, message: str) -> None:
    with pytest.raises(InvalidDataset, match=message):
        read(write(tmp_path / "a.h5", change))


# --- values that are not right


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("train_set_x", IMAGES.astype(float), r"float64 of shape \(4, 8, 6, 3\); it must be uint8"),
        ("train_set_x", IMAGES[..., 0], r"uint8 of shape \(4, 8, 6\); it must be uint8 of shape"),
        ("train_set_x", IMAGES[..., :2], r"shape \(4, 8, 6, 2\); it must be"),
        ("train_set_x", IMAGES.astype(np.int8), "int8"),
        ("train_set_x", np.uint8(3), r"shape \(\)"),
        ("train_set_x", h5py.Empty("uint8"), "shape None"),
        ("train_set_x", IMAGES[:0], "without a pixel"),
        ("train_set_x", IMAGES[:, :0], "without a pixel"),
        ("train_set_x", np.zeros((1, 101, 100, 3), np.uint8), "100 x 101 pixels; at most 10000"),
        ("train_set_y", LABELS[:3], r"shape \(3,\); it must be integers of shape \(4,\)"),
        ("train_set_y", LABELS[None], r"shape \(1, 4\)"),
        ("train_set_y", LABELS.astype(float), "float64"),
        ("train_set_y", np.array([0, 1, 2, -1]), r"labels \[-1, 2\]; 2 classes have 0 to 1"),
        ("train_set_y", np.array([0, 1, 2**63, 0], np.uint64), "9223372036854775808"),
        ("list_classes", np.array([1, 2]), "a list of class names"),
        ("list_classes", np.array([b"cat"]), "1 class names; it must have 2 to 1000"),
        ("list_classes", np.array([b"cat", b"cat"]), "twice"),
        ("list_classes", np.array([b"cat", b""]), "printable letters"),
        ("list_classes", np.array([b"cat", b"\xff\xfe"]), "UTF-8"),
        ("list_classes", np.array([b"cat", b"d\ng"]), "printable letters"),
        ("list_classes", np.array([b"c" * 900, b"dog"]), "a list of class names"),
        ("list_classes", np.array([b"c%d" % index for index in range(1001)]), "1001 class names"),
        ("list_classes", b"cat", "a list of class names"),
    ],
)
def test_what_is_not_right_is_refused(tmp_path: Path, name: str, value: object, message: str) -> None:
    with pytest.raises(InvalidDataset, match=message):
        read(write(tmp_path / "a.h5", replaced(name, value)))


def test_too_many_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooManyImages, match="4 images; a dataset may have 3"):
        read(write(tmp_path / "a.h5"), Limits(images=3, pixels=100, bytes=10**6))


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match="576 bytes of pixels; at most 575"):
        read(write(tmp_path / "a.h5"), Limits(images=9, pixels=100, bytes=575))


# --- bombs


def test_a_shape_without_values_is_refused(tmp_path: Path) -> None:
    def change(file: h5py.File, _: Path) -> None:
        del file["train_set_x"]
        file.create_dataset("train_set_x", (900, 8, 6, 3), np.uint8)

    with pytest.raises(InvalidDataset, match="declares 129600 bytes of values, but only 0 are stored"):
        read(write(tmp_path / "a.h5", change))


def test_chunks_without_values_are_refused(tmp_path: Path) -> None:
    def change(file: h5py.File, _: Path) -> None:
        del file["train_set_x"]
        images = file.create_dataset("train_set_x", (9, 8, 6, 3), np.uint8, chunks=(1, 8, 6, 3))
        images[:4] = IMAGES

    with pytest.raises(InvalidDataset, match="declares 9 chunks of values, but only 4 are stored"):
        read(write(tmp_path / "a.h5", change))


def test_an_absurd_shape_is_refused_at_once(tmp_path: Path) -> None:
    def change(file: h5py.File, _: Path) -> None:
        del file["train_set_x"]
        file.create_dataset("train_set_x", (2**40, 64, 64, 3), np.uint8, chunks=(1, 64, 64, 3))

    with pytest.raises(TooManyImages, match="1099511627776 images"):
        read(write(tmp_path / "a.h5", change))


def test_too_many_chunks_are_refused(tmp_path: Path) -> None:
    def change(file: h5py.File, _: Path) -> None:
        del file["train_set_x"]
        file.create_dataset("train_set_x", (900, 40, 30, 3), np.uint8, chunks=(1, 1, 1, 1))

    with pytest.raises(InvalidDataset, match="3240000 chunks"):
        read(write(tmp_path / "a.h5", change))


def test_other_filters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match="filters"):
        read(write(tmp_path / "a.h5", compression="lzf"))


def test_a_chunk_that_unpacks_to_more_than_it_declares_is_refused(tmp_path: Path) -> None:
    def change(file: h5py.File, _: Path) -> None:
        del file["train_set_x"]
        images = file.create_dataset("train_set_x", IMAGES.shape, np.uint8, chunks=IMAGES.shape, compression="gzip")
        images.id.write_direct_chunk((0, 0, 0, 0), zlib.compress(bytes(IMAGES.nbytes + 5)))

    with pytest.raises(InvalidDataset, match="does not unpack to the 576 bytes"):
        read(write(tmp_path / "a.h5", change))


def test_a_chunk_that_is_too_large_is_refused(tmp_path: Path) -> None:
    def change(file: h5py.File, _: Path) -> None:
        del file["train_set_x"]
        images = file.create_dataset("train_set_x", IMAGES.shape, np.uint8, chunks=IMAGES.shape, compression="gzip")
        images.id.write_direct_chunk((0, 0, 0, 0), bytes(100_000))

    with pytest.raises(InvalidDataset, match="a chunk of 100000 bytes"):
        read(write(tmp_path / "a.h5", change))


# --- files that are broken


@pytest.mark.parametrize("kept", [0, 7, 100, 900])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, kept: int) -> None:
    path = write(tmp_path / "a.h5")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InvalidDataset, match="truncated or damaged") as raised:
        read(path)
    assert str(tmp_path) not in str(raised.value)


def test_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5", chunks=(3, 8, 2, 3), compression="gzip")
    whole = path.read_bytes()
    generator = np.random.default_rng(1)
    refused = 0
    for _ in range(200):
        damaged = np.frombuffer(whole, dtype=np.uint8).copy()
        damaged[generator.integers(0, len(whole), size=3)] = generator.integers(0, 256, size=3)
        path.write_bytes(damaged.tobytes())
        try:
            read(path)
        except (InvalidDataset, TooManyImages):
            refused += 1
    assert 0 < refused < 200
