from pathlib import Path

import h5py
import numpy as np
import pytest

from app.errors import InvalidDataset, TooManyImages
from app.hdf5_process import read_split_apart
from app.hdf5_upload import Limits

LIMITS = Limits(images=5, pixels=10_000, bytes=1_000_000)


def write(path: Path, *, count: int = 4, labels: int = 4) -> Path:
    with h5py.File(path, "w") as file:
        file["test_set_x"] = np.arange(count * 48, dtype=np.uint8).reshape(count, 4, 4, 3)
        file["test_set_y"] = np.arange(labels) % 2
        file["list_classes"] = np.array([b"a", b"b"])
    return path


def test_a_file_is_read_as_in_the_same_process(tmp_path: Path) -> None:
    pixels = tmp_path / "pixels"
    found = read_split_apart(write(tmp_path / "a.h5"), split="test", pixels=pixels, limits=LIMITS)
    assert found.shape == (4, 4, 4, 3)
    assert found.labels == [0, 1, 0, 1]
    assert found.classes == ["a", "b"]
    assert pixels.read_bytes() == bytes(range(192))


def test_what_is_wrong_is_told_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match="the test file: test_set_y is int64 of shape"):
        read_split_apart(write(tmp_path / "a.h5", labels=3), split="test", pixels=tmp_path / "b", limits=LIMITS)


def test_the_kind_of_error_is_kept(tmp_path: Path) -> None:
    with pytest.raises(TooManyImages, match="6 images"):
        read_split_apart(write(tmp_path / "a.h5", count=6), split="test", pixels=tmp_path / "b", limits=LIMITS)


@pytest.mark.parametrize(("content", "message"), [(b"", "is empty"), (b"PK\3\4 not it", "begins with")])
def test_another_file_is_refused_at_once(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(content)
    with pytest.raises(InvalidDataset, match=message):
        read_split_apart(path, split="train", pixels=tmp_path / "b", limits=LIMITS)


def test_a_file_that_catches_hdf5_in_an_endless_loop_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["train_set_x"] = np.zeros((2, 4, 4, 3), np.uint8)
        file["train_set_y"] = [0, 1]
        file["list_classes"] = np.array(["a", "b"], dtype=h5py.string_dtype())
    content = bytearray(path.read_bytes())
    heap = content.index(b"GCOL")
    free_space = content.index(b"\xc0\x0f", heap)  # the size of what is left of the heap
    content[free_space] = 0x7F
    path.write_bytes(content)
    with pytest.raises(InvalidDataset, match="not read within 3 seconds"):
        read_split_apart(path, split="train", pixels=tmp_path / "b", limits=LIMITS, start_seconds=3)


def test_a_reader_that_dies_is_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # with a module in it that ends the process
    (tmp_path / "h5py.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(InvalidDataset, match="broke off"):
        read_split_apart(write(tmp_path / "a.h5"), split="test", pixels=tmp_path / "b", limits=LIMITS)
