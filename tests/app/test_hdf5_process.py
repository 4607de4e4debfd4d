import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from app.errors import InvalidDataset, TooManyImages
from app.hdf5_process import check_parameters_apart, read_split_apart
from app.hdf5_upload import Limits
from nncore.errors import InvalidParameterFile

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


def write_parameters(path: Path) -> Path:
    described = {
        "hyperparameters": {"activation": "relu"},
        "preprocessing": {"normalization": {"kind": "scale"}},
        "classes": ["a", "b"],
        "metrics": {},
        "dataset": {},
    }
    with h5py.File(path, "w") as file:
        file.attrs["format_version"] = 1
        for name, value in described.items():
            file.attrs[name] = json.dumps(value)
        file["parameters/W1"] = np.zeros((1, 12))
        file["parameters/b1"] = np.zeros((1, 1))
    return path


def test_a_parameter_file_that_can_be_read_is_let_through(tmp_path: Path) -> None:
    check_parameters_apart(write_parameters(tmp_path / "a.h5"))


def test_what_is_wrong_with_a_parameter_file_is_told(tmp_path: Path) -> None:
    path = write_parameters(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        file.attrs["format_version"] = 7
    with pytest.raises(InvalidParameterFile, match="format_version is 7"):
        check_parameters_apart(path)


def test_a_parameter_file_that_catches_hdf5_in_an_endless_loop_is_given_up(tmp_path: Path) -> None:
    path = write_parameters(tmp_path / "a.h5")
    content = bytearray(path.read_bytes())
    at = content.index(b"GCOL") + 16
    while object_number := int.from_bytes(content[at : at + 2], "little"):  # 0 is what is left of the heap
        assert object_number < 10
        at += 16 + -(-int.from_bytes(content[at + 8 : at + 16], "little") // 8) * 8
    content[at + 8 : at + 16] = bytes(8)
    path.write_bytes(content)
    with pytest.raises(InvalidParameterFile, match="not read within 3 seconds"):
        check_parameters_apart(path, start_seconds=3)
