"""Numerical against analytical gradients, for every parameter of a network.

The analytical gradient is what back-propagation gives, the numerical one (cost(w + e) - cost(w - e)) / 2e. A weight
W[a, c] of a layer moves one unit of that layer and nothing else, by e times what stands at its input: unit a gets
Z[a] +- e A[c]. So nothing before that unit is computed again, and all that comes after it for one unit alone. In the
first layer the inputs are pixels, which have 256 values: the costs for these 256 moves stand for all 12,288 weights of
a unit, in exactly the same numbers. That makes the check of a network for cats thousands of times cheaper than a loop
over its parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.activations import ACTIVATIONS
from nncore.arrays import Array, Labels, Pixels
from nncore.errors import InvalidData
from nncore.network import Network
from nncore.normalization import Normalization
from nncore.regularization import L2

STEP = 1e-5
AT_ONCE = 1_000_000  # numbers in an array: as many moves are computed together


@dataclass(frozen=True)
class Comparison:
    """The gradients of one array of parameters, both of its shape, and which of them cannot be compared."""

    name: str
    analytical: Array
    numerical: Array
    kinks: NDArray[np.bool_]  # the step goes over the kink of a ReLU, where there is no derivative

    @property
    def errors(self) -> Array:
        """The distances, as shares of the array's largest gradient; 0 where there is a kink."""
        largest = max(np.abs(self.analytical).max(), np.abs(self.numerical).max(), np.finfo(np.float64).tiny)
        return np.where(self.kinks, 0, np.abs(self.analytical - self.numerical) / largest)


@dataclass(frozen=True)
class GradientCheck:
    """What came out: `difference` is |analytical - numerical| / (|analytical| + |numerical|), as in the series."""

    parameters: int
    kinks: int
    difference: float
    worst: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, comparisons: Sequence[Comparison]) -> "GradientCheck":
        """Sum up the comparisons of all arrays."""
        analytical = np.concatenate([one.analytical[~one.kinks] for one in comparisons])
        numerical = np.concatenate([one.numerical[~one.kinks] for one in comparisons])
        norms = np.linalg.norm(analytical) + np.linalg.norm(numerical)
        difference = np.linalg.norm(analytical - numerical) / norms if norms else 0.0
        worst = max(comparisons, key=lambda one: float(one.errors.max()))
        place = np.unravel_index(worst.errors.argmax(), worst.errors.shape)
        return cls(
            parameters=sum(one.analytical.size for one in comparisons),
            kinks=int(sum(one.kinks.sum() for one in comparisons)),
            difference=float(difference),
            worst={
                "parameter": f"{worst.name}[{', '.join(str(index) for index in place)}]",
                "analytical": float(worst.analytical[place]),
                "numerical": float(worst.numerical[place]),
                "error": float(worst.errors[place]),
            },
        )


def check_gradients(
    network: Network,
    images: Pixels | Array,
    labels: Labels,
    *,
    normalization: Normalization | None = None,
    shares: Array | None = None,
    l2: float = 0.0,
    masks: Sequence[Array] | None = None,
    batch: Any = None,
) -> GradientCheck:
    """Compare the gradients of a network of one lane on labelled images (n, ...).

    `shares` (n,) is each image's part of the cost, 1/n unless given; l2 is lambda; masks are those of dropout; batch is
    what the network's first layer made of the images, where it has other ideas of them than X. The numbers are computed
    in float64, whatever the network's dtype. Raises InvalidData for a network of several lanes.
    """
    if network.lanes != 1:
        raise InvalidData(f"the network has {network.lanes} lanes; gradients are checked of one at a time")
    normalization = normalization or Normalization()
    shares = np.full(len(labels), 1 / len(labels)) if shares is None else shares.astype(np.float64)
    X = normalization.apply(images, dtype="float64")
    slopes = Slopes(network, X, labels, shares=shares, masks=masks)
    decay = l2 / np.count_nonzero(shares)
    comparisons = []
    for layer, analytical in enumerate(analytical_gradients(network, slopes, X=X, decay=decay, batch=batch)):
        if layer == 0 and images.dtype == np.uint8 and normalization.kind != "standardize":
            of_weights = slopes.of_pixels(images.reshape(X.shape), normalization)
        else:
            of_weights = slopes.of_moves(layer, slopes.inputs[layer])
        W = slopes.weights[layer]
        of_l2 = decay * ((W + STEP) ** 2 - (W - STEP) ** 2) / (4 * STEP)
        of_biases = slopes.of_moves(layer, np.ones((1, len(labels))))
        names = (f"W{layer + 1}", f"b{layer + 1}")
        numerical = (of_weights[0] + of_l2, of_weights[1]), of_biases
        for name, gradient, (slope, kinks) in zip(names, analytical, numerical, strict=True):
            comparisons.append(Comparison(name=name, analytical=gradient, numerical=slope, kinks=kinks))
    return GradientCheck.of(comparisons)


def analytical_gradients(
    network: Network, slopes: "Slopes", *, X: Array, decay: float, batch: Any
) -> list[tuple[Array, Array]]:
    """Return dW and db of each layer as back-propagation gives them, with L2, in weight space."""
    dtype = network.parameters.rest.dtype
    batch = network.first_layer.others(X.astype(dtype)) if batch is None else batch
    gradients = network.parameters.zeros_like()
    masks = None if slopes.masks is None else [mask[np.newaxis].astype(dtype) for mask in slopes.masks]
    passed = network.forward(batch, masks=masks)
    dZ = network.loss.gradients(passed.logits, slopes.targets.astype(dtype)) * slopes.shares.astype(dtype)
    network.backward(passed, dZ, batch, gradients=gradients, masks=masks)
    L2(np.array([decay], dtype=dtype), parameters=network.parameters).add_gradients(network.parameters, gradients)
    first = network.first_layer.weights(0, matrix=gradients.first[0])
    weights = [first, *(dW[0] for dW in gradients.weights)]
    return list(zip(weights, (db[0] for db in gradients.biases), strict=True))


class Slopes:
    """Numerical derivatives of the cost of one lane's network on some images."""

    def __init__(
        self, network: Network, X: Array, labels: Labels, *, shares: Array, masks: Sequence[Array] | None
    ) -> None:
        """Go forward once in float64, and keep every layer's inputs and Z."""
        self.shares = shares
        self.masks = masks
        self.weights = [W[0].astype(np.float64) for W in network.weights]
        self._loss = network.loss
        self._has_kinks = "relu" in network.activation
        self._function = ACTIVATIONS[network.activation].function
        self._biases = [b[0].astype(np.float64) for b in network.biases]
        classes = max(2, network.layer_sizes[-1])
        self.targets = network.loss.targets(labels, classes=classes)
        self.inputs = [X.T]
        self._Z: list[Array] = []
        for layer, (W, b) in enumerate(zip(self.weights, self._biases, strict=True)):
            self._Z.append(W @ self.inputs[layer] + b)
            self.inputs.append(self._dropped(layer, self._function(self._Z[layer])))

    def of_moves(self, layer: int, moves: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return the slopes along moves (k, n) of each unit of a layer, and where there are kinks; both (units, k)."""
        units, k = len(self._Z[layer]), len(moves)
        slopes, kinks = np.empty((units, k)), np.empty((units, k), dtype=bool)
        width = max(1, AT_ONCE // (moves.shape[1] * max(len(Z) for Z in self._Z)))
        for unit in range(units):
            for start in range(0, k, width):
                part = slice(start, start + width)
                differences, crossed = self._differences(layer, unit, moves[part])
                slopes[unit, part] = differences @ self.shares
                kinks[unit, part] = crossed @ (self.shares > 0)
        return slopes, kinks

    def of_pixels(self, images: Pixels, normalization: Normalization) -> tuple[Array, NDArray[np.bool_]]:
        """Return the slopes along every weight of the first layer for uint8 images (n, d): a table look-up each."""
        n, d = images.shape
        units = len(self._Z[0])
        slopes, kinks = np.empty((units, d)), np.zeros((units, d), dtype=bool)
        values = normalization.apply(np.arange(256, dtype=np.uint8)[:, np.newaxis], dtype="float64")
        place = images.astype(np.intp) * n + np.arange(n)[:, np.newaxis]
        for unit in range(units):
            differences, crossed = self._differences(0, unit, np.broadcast_to(values, (256, n)))
            slopes[unit] = np.take(differences * self.shares, place).sum(axis=0)
            if crossed.any():
                kinks[unit] = np.take(crossed & (self.shares > 0), place).any(axis=0)
        return slopes, kinks

    def _differences(self, layer: int, unit: int, moves: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return (cost(+e) - cost(-e)) / 2e of each image, and whether a kink lies between, for moves (k, n)."""
        above = self._forward(layer, unit, self._Z[layer][unit] + STEP * moves)
        below = self._forward(layer, unit, self._Z[layer][unit] - STEP * moves)
        crossed = np.zeros(moves.shape, dtype=bool)
        if self._has_kinks:
            for Z_above, Z_below in zip(above[:-1], below[:-1], strict=True):
                crossed |= (np.sign(Z_above) != np.sign(Z_below)).any(axis=1)
        costs = (self._loss.costs(Z[-1], self.targets) for Z in (above, below))
        return (next(costs) - next(costs)) / (2 * STEP), crossed

    def _forward(self, layer: int, unit: int, Z: Array) -> list[Array]:
        """Return the Z (k, units, n) that change when one unit of a layer gets Z (k, n), up to the logits."""
        if layer == len(self.weights) - 1:
            logits = np.repeat(self._Z[layer][np.newaxis], len(Z), axis=0)
            logits[:, unit] = Z
            return [logits]
        changed = self._dropped(layer, self._function(Z), unit=unit) - self.inputs[layer + 1][unit]
        passed = [Z[:, np.newaxis]]
        next_Z = self._Z[layer + 1] + self.weights[layer + 1][:, unit, np.newaxis] * changed[:, np.newaxis]
        for later in range(layer + 1, len(self.weights)):
            passed.append(next_Z)
            if later < len(self.weights) - 1:
                A = self._dropped(later, self._function(next_Z))
                next_Z = self.weights[later + 1] @ A + self._biases[later + 1]
        return passed

    def _dropped(self, layer: int, A: Array, *, unit: int | slice = slice(None)) -> Array:
        return A if self.masks is None or layer >= len(self.masks) else A * self.masks[layer][unit]
