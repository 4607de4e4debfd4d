"""The Gram matrix K = X X^T of the training images, which sample space computes with; it depends on nothing else."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol

import numpy as np

from nncore.arrays import Array
from nncore.cost_model import PRODUCT
from nncore.image_source import Images, pieces
from nncore.inputs import BLOCK, Inputs, blocks
from nncore.normalization import Normalization

SECONDS_OF_A_STRIP = 0.3
"""A strip that takes so long on average is worth to be written and read instead."""


class Strips(Protocol):
    """Strips of a matrix that several compute at the same time: the rows of a block, as far as the diagonal."""

    def order(self, count: int) -> Iterable[int]:
        """Return in which order to go through the strips, from 0: those first that are nobody else's to begin with."""

    def read(self, number: int, *, out: Array) -> bool:
        """Write a strip into `out`, of its shape, and return whether it is there already."""

    def write(self, number: int, strip: Array) -> None:
        """Give a strip to the others."""


def gram_matrix(X: Inputs, *, strips: Strips | None = None) -> Array:
    """Return X X^T, of shape (n, n), for images X of shape (n, d): block by block, and what is below is above, too.

    Where others compute the same, what they have is taken: the bits do not depend on who multiplied what.
    """
    K = np.empty((len(X), len(X)), dtype=X.dtype)
    places = [slice(start, min(start + BLOCK, len(X))) for start in range(0, len(X), BLOCK)]
    if strips is None or not is_worth_sharing(X):
        for rows in places:
            _multiply(X, rows, out=K[rows, : rows.stop])
    else:
        for number in strips.order(len(places)):
            rows = places[number]
            strip = K[rows, : rows.stop]
            if not strips.read(number, out=strip):
                _multiply(X, rows, out=strip)
                strips.write(number, strip)
    for rows in places:
        K[: rows.start, rows] = K[rows, : rows.start].T
    return K


def is_worth_sharing(X: Inputs) -> bool:
    """Return whether strips of the Gram matrix of X (n, d) take longer to compute than to write and to read."""
    n, d = X.shape
    return n > BLOCK and n * d * BLOCK / PRODUCT * X.dtype.itemsize / 8 >= SECONDS_OF_A_STRIP


def _multiply(X: Inputs, rows: slice, *, out: Array) -> None:
    """Write the products of these images with all up to the last of them, of shape (rows, rows.stop)."""
    A = X[rows]
    np.matmul(A, A.T, out=out[:, rows])
    for columns, B in blocks(X, stop=rows.start):
        np.matmul(A, B.T, out=out[:, columns])


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
