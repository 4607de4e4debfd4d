"""Images that stay in the file of a dataset: of a large one, only those are in memory that are looked at."""

import math
import os
import weakref
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Indices


class StoredImages:
    """Images uint8 of shape (n, height, width, 3), one behind the other in a file, as an array that reads them.

    They are read and not mapped: pages of a mapped file would count as memory of the process.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, path: Path, *, offset: int, shape: tuple[int, ...]) -> None:
        """Take where in the file the first image begins."""
        self.shape = shape
        self.ndim = len(shape)
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)  # when nobody has the images any more
        self._offset = offset

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | Indices) -> NDArray[np.uint8]:
        """Read these images, of shape (m, height, width, 3); raises OSError where the file ends before."""
        if isinstance(rows, slice):
            start, stop, step = rows.indices(len(self))
            if step == 1:
                return self._read(np.empty((max(0, stop - start), *self.shape[1:]), dtype=np.uint8), first=start)
            rows = np.arange(start, stop, step)
        images = np.empty((len(rows), *self.shape[1:]), dtype=np.uint8)
        for place, index in enumerate(rows.tolist()):
            self._read(images[place : place + 1], first=index)
        return images

    def _read(self, images: NDArray[np.uint8], *, first: int) -> NDArray[np.uint8]:
        """Fill an array (m, height, width, 3) with the images from one on, and return it."""
        room = images.data.cast("B") if images.size else memoryview(b"")
        at = self._offset + first * math.prod(self.shape[1:])
        while len(room):
            count = os.preadv(self._file, [room], at)
            if count == 0:
                message = f"the file of the dataset ends before image {first + len(images)}"
                raise OSError(message)
            room, at = room[count:], at + count
        return images
