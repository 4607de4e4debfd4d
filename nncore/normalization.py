"""From pixels to the numbers that a network sees."""

from dataclasses import dataclass

import numpy as np

from nncore.arrays import Array, Pixels

WHITE = 255  # the largest value of a pixel


@dataclass(frozen=True)
class Normalization:
    """How images become inputs: as they are, divided by 255, or less a mean and over a deviation of shape (d,)."""

    kind: str = "scale"
    mean: Array | None = None
    deviation: Array | None = None

    @classmethod
    def of(cls, kind: str, images: Pixels) -> "Normalization":
        """Return the normalization of this kind, with the statistics of these images (n, ...) if it needs any.

        A pixel that is the same in all images gets a deviation of 1, so that it becomes 0.
        """
        if kind != "standardize":
            return cls(kind=kind)
        flat = images.reshape(len(images), -1)
        deviation = flat.std(axis=0, dtype=np.float64)
        return cls(kind=kind, mean=flat.mean(axis=0, dtype=np.float64), deviation=np.where(deviation > 0, deviation, 1))

    def apply(self, images: Pixels, *, dtype: str) -> Array:
        """Return the images of shape (n, ...) as inputs X of shape (n, d)."""
        X = np.asarray(images).reshape(len(images), -1).astype(dtype, copy=self.kind != "none")
        if self.kind == "scale":
            X /= WHITE
        elif self.mean is not None and self.deviation is not None:
            X -= self.mean.astype(dtype)
            X /= self.deviation.astype(dtype)
        return X


NORMALIZATIONS = ("scale", "standardize", "none")
