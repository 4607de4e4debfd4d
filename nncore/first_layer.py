"""The first layer, where nearly all the arithmetic is: with 12,288 pixels it is thousands of times the others.

It has two forms. In weight space its matrix is W1. In sample space W1 is written as s W1_0 + C X, a multiple of the
first weights plus a combination of the n training images, and the matrix holds C and s: gradient descent never leaves
that space (docs/sample-space.md has the derivation), and with the Gram matrix K = X X^T at hand

    Z1 = W1 X^T = s Z1_0 + C K

costs n/d of the arithmetic. A form turns a batch into Z1 (without the bias), and dZ1 back into the coordinates of the
gradient with respect to W1. Everything else only adds multiples of such matrices to one another, so neither the
optimizers nor the training loop know which form it is.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Indices
from nncore.errors import InvalidData
from nncore.inputs import Inputs, blocks, is_one_block, take_rows

# Units multiplied at a time: always as many, so that no bit depends on how many lanes there are. A lane with more units
# is a tile of its own; smaller ones share tiles of the largest size in which a BLAS treats every row alike (the usual
# ones work on 4 or 8 rows at a time), in both dtypes.
TILE_ROWS = 8
FEW_UNITS = 32
"""Of fewer units a BLAS computes X W^T in float32 up to twice as fast as W X^T, which is the same."""


class FirstLayer(Protocol):
    """What training asks of a form of the first layer; a batch is an opaque thing of the form's own making."""

    name: str
    matrix: Array  # (lanes, units, columns), changed in place by the optimizer

    def batch(self, indices: Indices | None) -> Any:
        """Return those training images, or all of them, as this form wants them."""

    def others(self, images: Inputs) -> Any:
        """Return images X (m, d) that are not trained on, as this form wants them."""

    def forward(self, batch: Any) -> Array:
        """Return Z1 less the bias, of shape (lanes, units, m); it may be written over, and is by the next call."""

    def backward(self, dZ: Array, batch: Any, *, out: Array) -> None:
        """Write the coordinates of the gradient into `out`, of the matrix's shape; dZ is (lanes, units, m)."""

    def squared_norms(self, matrix: Array) -> Array:
        """Return the squared norm of what such a matrix stands for in weight space, of shape (lanes,)."""

    def weights(self, lane: int, *, matrix: Array | None = None) -> Array:
        """Return W1 (units, inputs) of a lane: its own, or what another such matrix (units, columns) stands for."""

    def select(self, batch: Any, lanes: Indices) -> Any:
        """Return a batch, made for all lanes, as these lanes want it."""

    def keep(self, lanes: Indices) -> "FirstLayer":
        """Return a copy with these lanes alone."""


class WeightSpace:
    """The form that everybody knows: the matrix is W1 itself, and a batch is its images as rows."""

    name = "weight_space"

    def __init__(self, weights: Array, *, images: Inputs | None = None) -> None:
        """Take W1 of shape (lanes, units, inputs), and the training images X (n, d) where there are any."""
        self.matrix = weights
        self._images = images
        self._room = np.empty(0, dtype=weights.dtype)

    def batch(self, indices: Indices | None) -> Inputs:
        """Return the rows of X, of shape (m, d) or (lanes, m, d); part of them stands where the last batch did."""
        if self._images is None:
            raise InvalidData("this network was made without training images; it has no batches of them")
        if indices is None:
            return self._images
        shape = (*indices.shape, self._images.shape[1])
        if self._room.shape != shape:
            self._room = np.empty(shape, dtype=self._images.dtype)  # new memory in every step would cost more than BLAS
        return take_rows(self._images, indices, out=self._room)

    def others(self, images: Inputs) -> Inputs:
        """Return the images as they are."""
        return images

    def forward(self, batch: Inputs) -> Array:
        """Return W1 X^T."""
        if is_one_block(batch):
            return _product(self.matrix, batch)
        return _product_by_blocks(self.matrix, batch)

    def backward(self, dZ: Array, batch: Inputs, *, out: Array) -> None:
        """Write dZ1 X."""
        if is_one_block(batch):
            np.matmul(dZ, batch, out=out)
        else:
            _combine(dZ, batch, out=out)

    def squared_norms(self, matrix: Array) -> Array:
        """Return the sum of squares of each lane."""
        flat = matrix.reshape(len(matrix), 1, -1)
        return np.matmul(flat, flat.mT)[:, 0, 0]

    def weights(self, lane: int, *, matrix: Array | None = None) -> Array:
        """Return W1, which is what is there."""
        return self.matrix[lane] if matrix is None else matrix

    def select(self, batch: Inputs, lanes: Indices) -> Inputs:  # noqa: ARG002, the other form needs them
        """Return the images, which are the same for all lanes."""
        return batch

    def keep(self, lanes: Indices) -> "WeightSpace":
        """Return the form with these lanes alone."""
        return WeightSpace(self.matrix[lanes], images=self._images)


@dataclass(frozen=True)
class SampleBatch:
    """Images as sample space sees them."""

    kernel: Array  # (n, m) or (lanes, n, m): the products of the training images with them
    start: Array  # (lanes, units, m): their Z1_0, from the first weights
    columns: Indices | None = None  # which training images they are; None where they are all of them, in order


class SampleSpace:
    """The form for few images of many pixels: the matrix holds C (lanes, units, n) and in its last column s."""

    name = "sample_space"

    def __init__(
        self, first_weights: Array, *, draws: Sequence[int], images: Inputs, gram: Array, decays: bool = True
    ) -> None:
        """Take X (n, d), K (n, n), the distinct W1_0 (draws, units, inputs), and which of them each lane has.

        Where nothing decays, in a training without L2, s stays 1, and no step needs to multiply by it.
        """
        self._decays = decays
        self._first_weights = first_weights
        self._images = images
        self._gram = gram
        self._starts = _product_by_blocks(first_weights, images)
        self._norms = WeightSpace(first_weights).squared_norms(first_weights)
        self._make_lanes(np.asarray(draws))

    def _make_lanes(self, draws: NDArray[np.intp]) -> None:
        lanes, units, n = len(draws), self._starts.shape[1], len(self._images)
        tile = max(units, TILE_ROWS)
        rows = -(-lanes * units // tile) * tile  # what is too much stays zero
        storage = np.zeros((rows, n + 1), dtype=self._images.dtype)
        self._draws = draws
        self._tiles = storage[:, :-1].reshape(-1, tile, n)
        self._all = SampleBatch(kernel=self._gram, start=self._starts[draws])
        self.matrix = storage[: lanes * units].reshape(lanes, units, n + 1)
        self.matrix[:, :, -1] = 1
        self._room = np.empty(self._tiles.shape, dtype=storage.dtype)
        self._of_all = _of_lanes(self._room, self.matrix)

    def batch(self, indices: Indices | None) -> SampleBatch:
        """Return the images' columns of K and of Z1_0."""
        if indices is None:
            return self._all
        if indices.ndim == 1:
            return SampleBatch(kernel=self._gram[indices].mT, start=self._all.start[:, :, indices], columns=indices)
        start = np.take_along_axis(self._all.start, indices[:, np.newaxis], axis=2)
        return SampleBatch(kernel=self._gram[indices].mT, start=start, columns=indices[:, np.newaxis])

    def others(self, images: Inputs) -> SampleBatch:
        """Return the images' products with the training images, and with the first weights."""
        kernel = np.empty((len(self._images), len(images)), dtype=self._images.dtype)
        for place, X in blocks(self._images):
            kernel[place] = _product_by_blocks(X, images)
        return SampleBatch(kernel=kernel, start=_product_by_blocks(self._first_weights, images)[self._draws])

    def forward(self, batch: SampleBatch) -> Array:
        """Return s Z1_0 + C K."""
        if batch is self._all:
            np.matmul(self._tiles, self._gram, out=self._room)
            Z = self._of_all
        elif batch.columns is None:
            Z = _of_lanes(np.matmul(self._tiles, batch.kernel), self.matrix)
        else:  # a part of the images, which may be another one in each lane
            Z = np.matmul(self.matrix[:, :, :-1], batch.kernel)
        Z += self.matrix[:, :, -1:] * batch.start if self._decays else batch.start
        return Z

    def backward(self, dZ: Array, batch: SampleBatch, *, out: Array) -> None:
        """Write dZ1 at the images' columns: the gradient is dZ1 X, so these are its coordinates; s has none."""
        if batch.columns is None:
            out[:, :, :-1] = dZ
            if self._decays:  # else it was never anything but 0
                out[:, :, -1] = 0
            return
        out[...] = 0
        if batch.columns.ndim == 1:
            out[:, :, batch.columns] = dZ
        else:
            np.put_along_axis(out, batch.columns, dZ, axis=2)

    def squared_norms(self, matrix: Array) -> Array:
        """Return |s W1_0 + C X|^2 = s^2 |W1_0|^2 + 2 s <Z1_0, C> + <C K, C>, of shape (lanes,)."""
        C, s = matrix[:, :, :-1], matrix[:, :, -1:]
        crossed = np.matmul(C, self._gram)
        crossed += 2 * s * self._all.start
        norms = np.sum(np.sum(crossed * C, axis=2), axis=1)
        return norms + s[:, 0, 0] ** 2 * self._norms[self._draws]

    def weights(self, lane: int, *, matrix: Array | None = None) -> Array:
        """Return s W1_0 + C X."""
        matrix = self.matrix[lane] if matrix is None else matrix
        weights = np.empty((len(matrix), self._images.shape[1]), dtype=self._images.dtype)
        _combine(matrix[:, :-1], self._images, out=weights)
        weights += matrix[:, -1:] * self._first_weights[self._draws[lane]]
        return weights

    def select(self, batch: SampleBatch, lanes: Indices) -> SampleBatch:
        """Return the batch with these lanes' Z1_0."""
        return replace(batch, start=batch.start[lanes])

    def keep(self, lanes: Indices) -> "SampleSpace":
        """Return the form with these lanes alone."""
        kept = copy(self)
        kept._make_lanes(self._draws[lanes])
        kept.matrix[...] = self.matrix[lanes]
        return kept


def _of_lanes(tiles: Array, matrix: Array) -> Array:
    """Return the rows of tiles (tiles, rows, m) that are those of a matrix, as (lanes, units, m)."""
    lanes, units, _ = matrix.shape
    return tiles.reshape(-1, tiles.shape[2])[: lanes * units].reshape(lanes, units, -1)


def _product(W: Array, X: Array) -> Array:
    """Return W X^T for W (..., units, d) and X (n, d) or (lanes, n, d), of shape (..., units, n)."""
    if W.dtype == np.float32 and W.shape[-2] < FEW_UNITS:
        return np.ascontiguousarray(np.matmul(X, W.mT).mT)
    return np.matmul(W, X.mT)


def _product_by_blocks(W: Array, X: Inputs) -> Array:
    """Return the same where X (n, d) may be more than can be held, or more than a BLAS is at its best with."""
    product = np.empty((*W.shape[:-1], len(X)), dtype=X.dtype)
    for place, block in blocks(X):
        product[..., place] = _product(W, block)
    return product


def _combine(C: Array, X: Inputs, *, out: Array) -> None:
    """Write C X for C (..., units, n) and X (n, d) into `out`, of shape (..., units, d)."""
    for place, block in blocks(X):
        if place.start == 0:
            np.matmul(C[..., place], block, out=out)
        else:
            out += np.matmul(C[..., place], block)
