"""What the network sees of images, X of shape (n, d): held as floats, or made of the pixels when it is asked for."""

from collections.abc import Iterator
from typing import TypeAlias, TypeGuard

import numpy as np

from nncore.arrays import Array, Indices
from nncore.image_source import Images
from nncore.normalization import Normalization

BLOCK = 1024
"""How many images are multiplied at a time where it is all of them: always as many, so that both forms agree."""
LARGEST_HELD = 2_000_000_000  # bytes of X


class PixelInputs:
    """X as it is where floats of all images would be too much: its rows are made of the pixels, with the same bits."""

    ndim = 2

    def __init__(self, images: Images, *, normalization: Normalization, dtype: str) -> None:
        """Take images (n, ...) and how they become inputs."""
        self._images = images
        self._normalization = normalization
        self.dtype = np.dtype(dtype)
        self.shape = (len(images), int(np.prod(images.shape[1:])))

    @property
    def nbytes(self) -> int:
        """How many bytes all of X would have."""
        return len(self) * self.shape[1] * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | Indices) -> Array:
        """Return these rows, of shape (m, d)."""
        return self._normalization.apply(self._images[rows], dtype=self.dtype.name)

    def take(self, indices: Indices, *, out: Array) -> None:
        """Write rows into `out`, of shape (*indices.shape, d)."""
        rows = out.reshape(-1, self.shape[1])
        self._normalization.apply(self._images[indices.ravel()], dtype=self.dtype.name, out=rows)


Inputs: TypeAlias = Array | PixelInputs


def inputs_of(images: Images, *, normalization: Normalization, dtype: str) -> Inputs:
    """Return what the network sees of images (n, ...): held, unless that would be too much."""
    made = PixelInputs(images, normalization=normalization, dtype=dtype)
    return made if images.dtype == np.uint8 and made.nbytes > LARGEST_HELD else made[:]


def take_rows(X: Inputs, indices: Indices, *, out: Array) -> Array:
    """Write rows of X into `out`, of shape (*indices.shape, d), and return it."""
    if isinstance(X, np.ndarray):
        return np.take(X, indices, axis=0, out=out, mode="clip")  # any other mode makes a copy
    X.take(indices, out=out)
    return out


def is_one_block(X: Inputs) -> TypeGuard[Array]:
    """Whether X, of shape (n, d) or (lanes, m, d), is an array that is multiplied as it stands."""
    return isinstance(X, np.ndarray) and (X.ndim > 2 or len(X) <= BLOCK)


def blocks(X: Inputs, *, stop: int | None = None) -> Iterator[tuple[slice, Array]]:
    """Give the rows of X before `stop`, all unless given, a block at a time, each with its place."""
    end = len(X) if stop is None else stop
    for start in range(0, end, BLOCK):
        place = slice(start, min(start + BLOCK, end))
        yield place, X[place]
