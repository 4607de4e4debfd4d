"""Numerical against analytical gradients, for every parameter of a network.

The analytical gradient is what back-propagation gives, the numerical one (cost(w + e) - cost(w - e)) / 2e. A weight
W[a, c] of a layer moves one unit of that layer and nothing else, by e times what stands at its input: unit a gets
Z[a] +- e A[c]. So nothing before that unit is computed again, and all that comes after it for one unit alone.

How far A[c] goes differs from weight to weight and from image to image, but of one image and one unit the difference
D(m) = (cost(Z + e m) - cost(Z - e m)) / 2e is one odd function of the move m: D(m) = p m + q m^3 + r m^5 + ... The
second term is e^2 times a third derivative, the truncation that every central difference has; the third is e^4 times a
fifth, as small beside the second as the second is beside the first, and is lost in rounding. So two moves of an image
give p and q, and these the differences of all 12,288 weights: two products of matrices in place of a loop over them.
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
PASSES = 10  # forward for each unit: for its weights two moves up and down, and one to find kinks; as many for its bias
SHORTEST = 1e-9  # share of a move: what can go less far has a kink in every move that is not 0
AT_ONCE = 1_000_000  # numbers in an array: as many moves are taken together


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
        units, (k, n) = range(len(self._Z[layer])), moves.shape
        furthest = np.maximum(moves.max(axis=0), -moves.min(axis=0))
        furthest[furthest == 0] = 1  # any would do for an image that is moved nowhere
        reach = np.array([self._reach(layer, unit, furthest) for unit in units])
        curves = np.array([self._curve(layer, unit, furthest, reach=reach[unit]) for unit in units]) * self.shares
        slopes, kinks = np.empty((len(units), k)), np.zeros((len(units), k), dtype=bool)
        width = max(1, AT_ONCE // n)
        for part in (slice(start, start + width) for start in range(0, k, width)):
            ways = moves[part].T / furthest[:, np.newaxis]  # as shares of the furthest, from -1 to 1
            slopes[:, part] = curves[:, 0] @ ways + curves[:, 1] @ (ways * ways * ways)
            for unit in units:
                near = (reach[unit] < 1) & (self.shares > 0)
                kinks[unit, part] = (np.abs(ways[near]) > reach[unit, near, np.newaxis]).any(axis=0)
        slopes[kinks] = 0  # beyond a kink the curve says nothing
        return slopes, kinks

    def _curve(self, layer: int, unit: int, furthest: Array, *, reach: Array) -> tuple[Array, Array]:
        """Return p and q of each image: p w + q w^3 is its slope along a share w of its furthest move."""
        far = np.maximum(reach, SHORTEST)
        half_way, whole = self._differences(layer, unit, furthest * far * [[0.5], [1]])
        return (8 * half_way - whole) / (3 * far), 4 * (whole - 2 * half_way) / (3 * far**3)

    @np.errstate(over="ignore")  # what hardly moves has no kink in reach, however far off that is
    def _reach(self, layer: int, unit: int, furthest: Array) -> Array:
        """Return what share of its furthest move, from 0 to 1, each image can go before it comes to a kink.

        So far a network of ReLUs is linear: how far each Z moves with the unit tells where its kink is.
        """
        reach, moved, rows = np.ones(len(furthest)), STEP * furthest[np.newaxis], slice(unit, unit + 1)
        if not self._has_kinks:
            return reach
        for later, Z in enumerate(self._Z[layer:-1], start=layer):
            kinks = np.divide(np.abs(Z[rows]), np.abs(moved), out=np.ones(moved.shape), where=moved != 0)
            reach = np.minimum(reach, kinks.min(axis=0))
            sides = np.sign(Z[rows])
            moved = self._dropped(later, moved * sides * self._function(sides), unit=rows)
            moved = self.weights[later + 1][:, rows] @ moved
            rows = slice(None)
        return reach

    def _differences(self, layer: int, unit: int, moves: Array) -> Array:
        """Return (cost(+e) - cost(-e)) / 2e of each image for moves (k, n), of their shape."""
        ends = (self._logits(layer, unit, self._Z[layer][unit] + step * moves) for step in (STEP, -STEP))
        above, below = (self._loss.costs(logits, self.targets) for logits in ends)
        difference: Array = (above - below) / (2 * STEP)
        return difference

    def _logits(self, layer: int, unit: int, Z: Array) -> Array:
        """Return the logits (k, units, n) where one unit of a layer gets Z (k, n)."""
        if layer == len(self.weights) - 1:
            logits = np.repeat(self._Z[layer][np.newaxis], len(Z), axis=0)
            logits[:, unit] = Z
            return logits
        changed = self._dropped(layer, self._function(Z), unit=unit) - self.inputs[layer + 1][unit]
        next_Z = self._Z[layer + 1] + self.weights[layer + 1][:, unit, np.newaxis] * changed[:, np.newaxis]
        for later in range(layer + 2, len(self.weights)):
            A = self._dropped(later - 1, self._function(next_Z))
            next_Z = self.weights[later] @ A + self._biases[later]
        return next_Z

    def _dropped(self, layer: int, A: Array, *, unit: int | slice = slice(None)) -> Array:
        return A if self.masks is None or layer >= len(self.masks) else A * self.masks[layer][unit]
