"""The network: forward propagation with what back-propagation needs, and back-propagation itself.

Notation of the series with lanes in front: W (lanes, units, inputs), b (lanes, units, 1), Z = W A + b, and columns are
images. The public face takes images as rows, X (n, d).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.arrays import Array, Indices
from nncore.first_layer import FirstLayer, WeightSpace
from nncore.losses import Loss, loss_for
from nncore.parameters import Parameters

BLOCK = 8
"""For how many units at a time the first layer predicts: their weights stay in the cache while all images go by."""


@dataclass
class Forward:
    """What forward propagation keeps for back-propagation, arrays of shape (lanes, units, m)."""

    logits: Array
    activations: list[Array]  # A1, A2, ... of the hidden layers
    inputs: Sequence[Array]  # what the next layer saw of each: the same, or with dropout, over a row of ones


class Network:
    """Layer sizes, an activation function, and the parameters of all lanes."""

    def __init__(self, *, first_layer: FirstLayer, parameters: Parameters, activation: str) -> None:
        """Take the parts; the first layer's matrix is `parameters.first`."""
        self.first_layer = first_layer
        self.parameters = parameters
        self.activation = activation
        self.loss: Loss = loss_for(self.layer_sizes[-1])
        self._activation = ACTIVATIONS[activation]

    @classmethod
    def from_arrays(cls, weights: Sequence[Array], biases: Sequence[Array], *, activation: str) -> "Network":
        """Build a network in weight space of W1, W2, ... (lanes, units, inputs) and b1, b2, ... (lanes, units, 1)."""
        layer_sizes = [weights[0].shape[2], *(W.shape[1] for W in weights)]
        parameters = Parameters.zeros(first=weights[0], layer_sizes=layer_sizes)
        for view, array in zip(parameters.weights + parameters.biases, [*weights[1:], *biases], strict=True):
            view[...] = array
        return cls(first_layer=WeightSpace(weights[0]), parameters=parameters, activation=activation)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """The numbers of inputs and of each layer's units."""
        return self.parameters.layer_sizes

    @property
    def lanes(self) -> int:
        """How many networks these are."""
        return len(self.parameters.rest)

    @property
    def weights(self) -> list[Array]:
        """W1, W2, ..., each of shape (lanes, units, inputs)."""
        first = np.stack([self.first_layer.weights(lane) for lane in range(self.lanes)])
        return [first, *self.parameters.weights]

    @property
    def biases(self) -> list[Array]:
        """b1, b2, ..., each of shape (lanes, units, 1)."""
        return self.parameters.biases

    def forward(
        self, batch: Any, *, masks: Sequence[Array] | None = None, rooms: Sequence[Array] | None = None
    ) -> Forward:
        """Return what the layers answer to a batch, each of shape (lanes, units, m).

        A batch is what the first layer makes of images; in weight space that is X (m, d) itself. With dropout there is
        a mask for each hidden layer, which holds 0 or 1 / (share of units that are kept). What `rooms` gave for m
        images is written over; who goes forward again and again spares the time for new ones.
        """
        activation = self._activation.function
        Z = self.first_layer.forward(batch)
        Z += self.biases[0]
        activations: list[Array] = []
        inputs = self.rooms(Z.shape[2]) if rooms is None else rooms
        for layer, W_b in enumerate(self.parameters.layers):
            seen = inputs[layer][:, :-1]
            A = activation(Z, out=seen if masks is None else Z)
            activations.append(A)
            if masks is not None:
                np.multiply(A, masks[layer], out=seen)
            Z = np.matmul(W_b, inputs[layer])  # (W b) (A; 1) = W A + b
        return Forward(logits=Z, activations=activations, inputs=inputs)

    def rooms(self, m: int) -> list[Array]:
        """Return room for what the layers behind the first see of m images: (A; 1), of shape (lanes, units + 1, m)."""
        dtype = self.parameters.rest.dtype
        return [np.ones((self.lanes, units + 1, m), dtype=dtype) for units in self.layer_sizes[1:-1]]

    def backward(
        self, passed: Forward, dZ: Array, batch: Any, *, gradients: Parameters, masks: Sequence[Array] | None = None
    ) -> None:
        """Write the gradients of all parameters, given what `forward` returned and dZ of the logits.

        dZ carries each image's share of the cost, 1/m of it in the plain mean.
        """
        for layer in reversed(range(len(passed.activations))):
            np.matmul(dZ, passed.inputs[layer].mT, out=gradients.layers[layer])  # (dW db) = dZ (A; 1)^T
            dZ = _passed_back(self.parameters.weights[layer], dZ)
            if masks is not None:
                dZ *= masks[layer]
            dZ *= self._activation.derivative(passed.activations[layer])
        np.add.reduce(dZ, axis=2, keepdims=True, out=gradients.biases[0])
        self.first_layer.backward(dZ, batch, out=gradients.first)

    def keep(self, lanes: Indices) -> "Network":
        """Return a copy with these lanes alone."""
        first_layer = self.first_layer.keep(lanes)
        parameters = Parameters(
            first=first_layer.matrix, rest=self.parameters.rest[lanes], layer_sizes=self.layer_sizes
        )
        return Network(first_layer=first_layer, parameters=parameters, activation=self.activation)

    def logits(self, X: Array) -> Array:
        """Return the logits of images X (n, d), of shape (lanes, units, n).

        The bits of an image's answer are the same alone and in any company: each image is a vector of its own.
        """
        vectors = X.astype(self.parameters.rest.dtype, order="C", copy=False)[:, :, np.newaxis]
        Z = self._first_of_each(vectors)
        for W, b in zip(self.parameters.weights, self.biases[1:], strict=True):
            A = self._activation.function(Z, out=Z)
            Z = np.matmul(W[:, np.newaxis], A)
            Z += b[:, np.newaxis]
        return np.ascontiguousarray(np.swapaxes(Z[:, :, :, 0], 1, 2))

    def probabilities(self, X: Array) -> Array:
        """Return the probability of each class for images X (n, d), of shape (lanes, n, classes)."""
        return np.swapaxes(self.loss.probabilities(self.logits(X)), 1, 2)

    def _first_of_each(self, vectors: Array) -> Array:
        """Return Z1 of images (n, d, 1), of shape (lanes, n, units, 1)."""
        Z = np.empty((self.lanes, len(vectors), *self.biases[0].shape[1:]), dtype=vectors.dtype)
        for lane, bias in enumerate(self.biases[0]):
            W = self.first_layer.weights(lane)
            for start in range(0, len(W), BLOCK):
                Z[lane, :, start : start + BLOCK] = np.matmul(W[start : start + BLOCK], vectors)
            Z[lane] += bias
        return Z


def _passed_back(W: Array, dZ: Array) -> Array:
    """Return W^T dZ, of shape (lanes, inputs, m)."""
    if dZ.shape[1] == 1:
        return W.mT * dZ  # a column by a row: the same products, for which no BLAS is called, and matmul is slow
    return np.matmul(W.mT, dZ)
