"""The Gram matrix K = X X^T of the training images, which sample space computes with; it depends on nothing else."""

from hashlib import sha256

import numpy as np

from nncore.arrays import Array, Pixels
from nncore.normalization import Normalization


def gram_matrix(X: Array) -> Array:
    """Return X X^T, of shape (n, n), for images X of shape (n, d)."""
    return X @ X.T


class Grams:
    """Gives the Gram matrix of images, and keeps the last one for trainings that see the same images."""

    def __init__(self) -> None:
        """Begin with none."""
        self._last: tuple[str, Array] | None = None

    def of(self, X: Array, *, images: Pixels | Array, normalization: Normalization) -> Array:
        """Return K for X (n, d), which images (n, ...) become by a normalization."""
        key = fingerprint(images, normalization=normalization, dtype=X.dtype)
        if self._last is None or self._last[0] != key:
            self._last = key, self._make(X, key=key)
        return self._last[1]

    def _make(self, X: Array, *, key: str) -> Array:  # noqa: ARG002, for who finds it by its key
        return gram_matrix(X)


def fingerprint(images: Pixels | Array, *, normalization: Normalization, dtype: np.dtype[np.floating]) -> str:
    """Return what tells apart all that K is made of, in hexadecimal digits; images are far fewer bytes than X."""
    digest = sha256(f"{normalization.kind} {np.dtype(dtype).name} {images.dtype.name} {images.shape}".encode())
    for array in (images, normalization.mean, normalization.deviation):
        if array is not None:
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
