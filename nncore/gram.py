"""The Gram matrix K = X X^T of the training images, which sample space computes with; it depends on nothing else."""

from hashlib import sha256

import numpy as np

from nncore.arrays import Array
from nncore.image_source import Images, pieces
from nncore.inputs import BLOCK, Inputs, blocks
from nncore.normalization import Normalization


def gram_matrix(X: Inputs) -> Array:
    """Return X X^T, of shape (n, n), for images X of shape (n, d): block by block, and what is below is above, too."""
    K = np.empty((len(X), len(X)), dtype=X.dtype)
    for rows, A in blocks(X):
        np.matmul(A, A.T, out=K[rows, rows])
        for columns, B in blocks(X, stop=rows.start):
            np.matmul(A, B.T, out=K[rows, columns])
            K[columns, rows] = K[rows, columns].T
    return K


class Grams:
    """Gives the Gram matrix of images, and keeps the last one for trainings that see the same images."""

    def __init__(self) -> None:
        """Begin with none."""
        self._last: tuple[str, Array] | None = None

    def of(self, X: Inputs, *, images: Images, normalization: Normalization) -> Array:
        """Return K for X (n, d), which images (n, ...) become by a normalization."""
        key = fingerprint(images, normalization=normalization, dtype=X.dtype)
        if self._last is None or self._last[0] != key:
            self._last = key, self._make(X, key=key)
        return self._last[1]

    def _make(self, X: Inputs, *, key: str) -> Array:  # noqa: ARG002, for who finds it by its key
        return gram_matrix(X)


def fingerprint(images: Images, *, normalization: Normalization, dtype: np.dtype[np.floating]) -> str:
    """Return what tells apart all that K is made of, in hexadecimal digits; images are far fewer bytes than X."""
    digest = sha256(f"{normalization.kind} {np.dtype(dtype).name} {images.dtype.name} {images.shape}".encode())
    for piece in pieces(images, size=BLOCK):
        digest.update(np.ascontiguousarray(piece).data)
    for array in (normalization.mean, normalization.deviation):
        if array is not None:
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
