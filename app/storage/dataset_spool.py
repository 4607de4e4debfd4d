"""The images of a dataset that is coming in, on the disk until all are there; then the file in which it is kept."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import h5py
import numpy as np
from numpy.typing import NDArray

from app.storage.files import Files

COPIED_BYTES = 16 * 2**20


class SplitSpool:
    """The images of one split so far: pixels on the disk, and in memory of each its class and a hash."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.class_names: list[str] = []
        self.hashes: list[bytes] = []

    def add(self, pixels: NDArray[np.uint8], *, class_name: str) -> None:
        """Append an image; all have the same shape (height, width, 3)."""
        content = pixels.tobytes()
        self._file.write(content)
        self.class_names.append(class_name)
        self.hashes.append(hashlib.sha256(content).digest())

    def copy_to(self, target: h5py.Dataset) -> None:
        """Write all images to a dataset of HDF5 of shape (n, height, width, 3), a few at a time."""
        image_bytes = target[:1].nbytes
        step = max(1, COPIED_BYTES // image_bytes)
        self._file.seek(0)
        for start in range(0, len(target), step):
            content = self._file.read(step * image_bytes)
            target[start : start + step] = np.frombuffer(content, dtype=np.uint8).reshape(-1, *target.shape[1:])


class DatasetSpool:
    """The splits of a dataset that is coming in; what they have on the disk goes with the block."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._stack = ExitStack()
        self.splits: dict[str, SplitSpool] = {}

    def __enter__(self) -> "DatasetSpool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def split(self, name: str) -> SplitSpool:
        """Return a split, new and empty if it is not there yet."""
        if name not in self.splits:
            path = self._stack.enter_context(self._files.temporary())
            self.splits[name] = SplitSpool(self._stack.enter_context(path.open("w+b")))
        return self.splits[name]


def write_dataset(
    path: Path, *, splits: Mapping[str, SplitSpool], classes: Sequence[str], image_shape: tuple[int, int, int]
) -> None:
    """Write the file of a dataset, in the layout of the cat images: contiguous, and not packed."""
    numbers = {name: number for number, name in enumerate(classes)}
    with h5py.File(path, "w") as file:
        for name, split in splits.items():
            shape = (len(split.hashes), *image_shape)
            split.copy_to(file.create_dataset(f"{name}_set_x", shape, np.uint8))
            file[f"{name}_set_y"] = np.array([numbers[class_name] for class_name in split.class_names], np.int64)
        file["list_classes"] = np.array([class_name.encode() for class_name in classes])
