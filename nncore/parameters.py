"""All trainable numbers of all lanes.

They stand in two arrays, so that an optimizer's step is a few calls whatever the number of layers: the first layer's
matrix, which is large and has two forms, and one row a lane with everything behind it. In that row each layer has its
weights and its bias side by side as one matrix (W b): with a row of ones under A, W A + b is (W b) (A; 1), one product.
Gradients and an optimizer's memory have the same shape, so they are Parameters too.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.checkpoint import State, write_over


class Parameters:
    """The first layer's matrix `first` (lanes, units, columns), and `rest` (lanes, p) with its views."""

    def __init__(self, *, first: Array, rest: Array, layer_sizes: Sequence[int]) -> None:
        """Take both arrays; layer_sizes begins with the inputs, of which only `first` knows the columns."""
        self.first = first
        self.rest = rest
        self.layer_sizes = tuple(layer_sizes)
        b1 = rest[:, : self.layer_sizes[1], np.newaxis]
        self.layers = self._make_layers()  # (W2 b2), (W3 b3), ..., each of shape (lanes, units, inputs + 1)
        self.weights = [layer[:, :, :-1] for layer in self.layers]  # W2, W3, ..., each of shape (lanes, units, inputs)
        self.biases = [b1, *(layer[:, :, -1:] for layer in self.layers)]  # b1, b2, ..., each of shape (lanes, units, 1)

    @classmethod
    def zeros(cls, *, first: Array, layer_sizes: Sequence[int]) -> "Parameters":
        """Take the first layer's matrix, with zeros behind it."""
        size = sum(layer_sizes[1:])
        size += sum(units * inputs for inputs, units in pairwise(layer_sizes[1:]))
        rest = np.zeros((len(first), size), dtype=first.dtype)
        return cls(first=first, rest=rest, layer_sizes=layer_sizes)

    def zeros_like(self) -> "Parameters":
        """Return zeros of the same shapes: room for gradients or an optimizer's memory."""
        return Parameters(first=np.zeros_like(self.first), rest=np.zeros_like(self.rest), layer_sizes=self.layer_sizes)

    def copy(self) -> "Parameters":
        """Return a copy of all lanes."""
        return Parameters(first=self.first.copy(), rest=self.rest.copy(), layer_sizes=self.layer_sizes)

    def keep(self, lanes: NDArray[np.intp]) -> "Parameters":
        """Return a copy with these lanes alone."""
        return Parameters(first=self.first[lanes], rest=self.rest[lanes], layer_sizes=self.layer_sizes)

    def state(self) -> State:
        """Return copies of both arrays."""
        return {"first": self.first.copy(), "rest": self.rest.copy()}

    def restore(self, state: State) -> None:
        """Write a state over the numbers in place; raises InvalidData."""
        write_over(self.first, state, "first")
        write_over(self.rest, state, "rest")

    @property
    def arrays(self) -> tuple[Array, Array]:
        """Both arrays: what an optimizer works on."""
        return self.first, self.rest

    def _make_layers(self) -> list[Array]:
        layers: list[Array] = []
        start = self.layer_sizes[1]
        for inputs, units in pairwise(self.layer_sizes[1:]):
            stop = start + units * (inputs + 1)
            layers.append(self.rest[:, start:stop].reshape(len(self.rest), units, inputs + 1))
            start = stop
        return layers
