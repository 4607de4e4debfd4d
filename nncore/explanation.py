"""Which pixels spoke for an answer and which against it: exact for networks that are linear around each image.

With ReLU or leaky ReLU, an image lies in a region within which every unit's slope stays the same. There its logit is
linear in the inputs and the biases together:

    z = sum_i x_i dz/dx_i + sum over the layers of sum(b * dz/db).

The share of input i is x_i dz/dx_i = sum_u W1[u, i] dZ1[u] x_i, and dZ1 x^T is dz/dW1: one back-propagation of a one
gives all that is needed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from nncore.arrays import Array
from nncore.errors import NotExplainable
from nncore.network import Network

PIECEWISE_LINEAR: Final = ("relu", "leaky_relu")


@dataclass(frozen=True)
class Explanation:
    """A logit, and what it is the sum of: a share of each input, shares of shape (d,), and what the biases add."""

    logit: float
    bias: float
    shares: Array

    @property
    def residual(self) -> float:
        """How far the sum is from the logit: rounding alone."""
        return abs(float(self.shares.sum()) + self.bias - self.logit)


def explain(network: Network, X: Array, *, label: int) -> Explanation:
    """Explain the logit of a class for one image X (1, d); with members it is the mean of theirs.

    With two classes there is one logit, that of the second class; that of the first is its negative. The network is in
    weight space. Raises NotExplainable for an activation that bends everywhere.
    """
    _check(network)
    batch = network.first_layer.others(X)
    passed = network.forward(batch)
    unit, sign = (label, 1.0) if passed.logits.shape[1] > 1 else (0, 1.0 if label == 1 else -1.0)
    dZ = np.zeros_like(passed.logits)
    dZ[:, unit] = sign
    gradients = network.parameters.zeros_like()
    network.backward(passed, dZ, batch, gradients=gradients)
    return Explanation(
        logit=float(sign * passed.logits[:, unit].mean(dtype=np.float64)),
        bias=_bias(network, gradients.biases),
        shares=np.einsum("lui,lui->i", network.parameters.first, gradients.first, dtype=np.float64) / network.lanes,
    )


def _bias(network: Network, gradients: list[Array]) -> float:
    """The sum of what all biases add, of the mean member."""
    terms = [float((b * db).sum(dtype=np.float64)) for b, db in zip(network.biases, gradients, strict=True)]
    return sum(terms) / network.lanes


def _check(network: Network) -> None:
    has_hidden_layers = len(network.layer_sizes) > 2
    if has_hidden_layers and network.activation not in PIECEWISE_LINEAR:
        raise NotExplainable(
            f"a network of {network.activation} units is no sum over its pixels: such a unit bends everywhere; "
            f"train with {' or '.join(PIECEWISE_LINEAR)} to have answers explained"
        )
