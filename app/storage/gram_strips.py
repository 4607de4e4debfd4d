"""Strips of Gram matrices, as files that all parts of a job share: nobody waits for them, nobody computes all of them.

They stand beside the job's checkpoints, and go with them. Each part begins with a share of its own, and then goes
through the others': it takes what is there, and computes what is not, as of a worker that died.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.errors import StoreUnreachable
from app.storage.files import Files
from nncore.arrays import Array


@dataclass(frozen=True)
class GramStrips:
    """The strips of one matrix in a folder of their own, and which part, from 1, of how many looks at them."""

    files: Files
    folder: str
    part: int
    of: int

    def order(self, count: int) -> Sequence[int]:
        """Return a share of the strips, the longest first, then those of the others, what they come to last first."""
        own = [number for number in reversed(range(count)) if number % self.of == self.part - 1]
        return own + [number for number in range(count) if number not in own]

    def read(self, number: int, *, out: Array) -> bool:
        """Write a strip into `out`, and return whether it was there."""
        with contextlib.suppress(OSError, EOFError, ValueError, StoreUnreachable):
            strip = np.load(self.files.path(self._file(number)), mmap_mode="r", allow_pickle=False)
            if strip.shape == out.shape and strip.dtype == out.dtype:
                np.copyto(out, strip)
                return True
        return False

    def write(self, number: int, strip: Array) -> None:
        """Give a strip to the others, where there is room for it: nobody has to know that there is none."""
        with contextlib.suppress(OSError, StoreUnreachable), self.files.temporary() as path:
            with path.open("xb") as file:
                np.save(file, strip, allow_pickle=False)
            self.files.publish(path, self._file(number))

    def _file(self, number: int) -> str:
        return f"{self.folder}/{number}.npy"
