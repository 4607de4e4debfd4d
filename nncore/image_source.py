"""Where images come from: arrays in memory, or a source that reads them when they are asked for."""

from collections.abc import Iterator
from typing import Protocol, TypeAlias

import numpy as np

from nncore.arrays import Array, Indices, Pixels


class ImageSource(Protocol):
    """Images of shape (n, ...) that stand elsewhere, as a rule on a disk."""

    dtype: np.dtype[np.uint8]
    shape: tuple[int, ...]
    ndim: int

    def __len__(self) -> int:
        """How many images there are."""

    def __getitem__(self, rows: slice | Indices) -> Pixels:
        """Read these images, of shape (m, ...)."""


Images: TypeAlias = Pixels | Array | ImageSource


class ChosenImages:
    """Some images of a source."""

    def __init__(self, source: ImageSource, indices: Indices) -> None:
        """Take which ones, of shape (n,)."""
        self._source = source
        self._indices = indices
        self.dtype = source.dtype
        self.shape = (len(indices), *source.shape[1:])
        self.ndim = source.ndim

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, rows: slice | Indices) -> Pixels:
        """Read these of them."""
        return self._source[self._indices[rows]]


def choose(images: Images, indices: Indices) -> Images:
    """Return these images alone; what is not in memory stays where it is."""
    return images[indices] if isinstance(images, np.ndarray) else ChosenImages(images, indices)


def pieces(images: Images, *, size: int) -> Iterator[Pixels | Array]:
    """Give the images in their order, so many at a time."""
    for start in range(0, len(images), size):
        yield images[start : start + size]
