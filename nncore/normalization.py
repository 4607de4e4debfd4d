"""From pixels to the numbers that a network sees."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from nncore.arrays import Array, Pixels
from nncore.image_source import Images, pieces

WHITE = 255  # the largest value of a pixel
PIECE = 256  # images whose statistics are taken at a time; the bits are the same for any number


@dataclass(frozen=True)
class Normalization:
    """How images become inputs: as they are, divided by 255, or less a mean and over a deviation of shape (d,)."""

    kind: str = "scale"
    mean: Array | None = None
    deviation: Array | None = None

    @classmethod
    def of(cls, kind: str, images: Images) -> "Normalization":
        """Return the normalization of this kind, with the statistics of these images (n, ...) if it needs any.

        A pixel that is the same in all images gets a deviation of 1, so that it becomes 0.
        """
        if kind != "standardize":
            return cls(kind=kind)
        mean = _moment(images, power=1, about=np.zeros(int(np.prod(images.shape[1:]))))
        deviation = np.sqrt(_moment(images, power=2, about=mean))
        return cls(kind=kind, mean=mean, deviation=np.where(deviation > 0, deviation, 1))

    def apply(self, images: Pixels | Array, *, dtype: DTypeLike, out: Array | None = None) -> Array:
        """Return the images of shape (n, ...) as inputs X of shape (n, d), written into `out` where it is given."""
        flat = np.asarray(images).reshape(len(images), -1)
        if out is None:
            X = flat.astype(dtype, copy=self.kind != "none")
        else:
            X = out
            X[...] = flat
        if self.kind == "scale":
            X /= WHITE
        elif self.mean is not None and self.deviation is not None:
            X -= self.mean.astype(dtype)
            X /= self.deviation.astype(dtype)
        return X


def _moment(images: Images, *, power: int, about: Array) -> Array:
    """Return the mean of (pixel - about) ** power over images (n, ...), of shape (d,), in float64.

    Each piece is added to the sum of those before it image by image, as NumPy adds all at once.
    """
    room = np.zeros((PIECE + 1, len(about)))
    for piece in pieces(images, size=PIECE):
        rows = room[1 : len(piece) + 1]
        np.subtract(piece.reshape(rows.shape), about, out=rows)
        if power == 2:
            rows *= rows
        room[0] = np.add.reduce(room[: len(piece) + 1], axis=0)
    return room[0] / len(images)


NORMALIZATIONS = ("scale", "standardize", "none")
