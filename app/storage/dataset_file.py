"""The HDF5 file in which a dataset is kept: written by the import alone, so it can be trusted."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from app.storage.stored_images import StoredImages
from nncore.image_source import Images

BLOCK = 256
"""So many images are read at once: HDF5 lets no other thread of the process run meanwhile."""
LARGEST_IN_MEMORY = 256 * 2**20  # bytes of a split's images
Split = tuple[Images, NDArray[np.int64]]


def read_splits(path: Path) -> dict[str, Split]:
    """Return images, uint8 of shape (n, height, width, 3), and labels of shape (n,), of `train` and perhaps `test`.

    The images of a large split stay in the file, and are read from there when they are asked for.
    """
    with h5py.File(path, "r") as file:
        return {split: _read(path, file, split) for split in ("train", "test") if f"{split}_set_x" in file}


def read_labels(path: Path, *, split: str) -> NDArray[np.int64]:
    """Return the labels of a split, of shape (n,), without its images."""
    with h5py.File(path, "r") as file:
        return _labels(file, split)


def read_images(path: Path, *, split: str, indices: Sequence[int]) -> NDArray[np.uint8]:
    """Return these images of a split alone, uint8 of shape (m, height, width, 3)."""
    with h5py.File(path, "r") as file:
        images = file[f"{split}_set_x"]
        return np.stack([images[index] for index in indices])


def read_batches(path: Path, *, split: str, size: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
    """Give the images and labels of a split, so many at a time."""
    with h5py.File(path, "r") as file:
        labels = _labels(file, split)
        for start in range(0, len(labels), size):
            part = slice(start, start + size)
            yield file[f"{split}_set_x"][part], labels[part]


def _read(path: Path, file: h5py.File, split: str) -> Split:
    images = file[f"{split}_set_x"]
    if images.nbytes > LARGEST_IN_MEMORY:
        return StoredImages(path, offset=images.id.get_offset(), shape=images.shape), _labels(file, split)
    return _in_memory(images), _labels(file, split)


def _in_memory(stored: h5py.Dataset) -> NDArray[np.uint8]:
    images = np.empty(stored.shape, dtype=np.uint8)
    for start in range(0, len(images), BLOCK):
        part = slice(start, min(start + BLOCK, len(images)))
        stored.read_direct(images, part, part)
    return images


def _labels(file: h5py.File, split: str) -> NDArray[np.int64]:
    labels: NDArray[np.int64] = file[f"{split}_set_y"][()].astype(np.int64)
    return labels
