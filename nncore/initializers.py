"""The first weights of a network; biases always begin at zero.

Every initializer draws layer by layer from `RandomState(seed).randn`, as the series does, so that the same seed gives
the series' own weights. They differ in the factor alone.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from nncore.arrays import Array


def small_random(_inputs: int) -> float:
    """Return 0.01: small enough for sigmoid and tanh to begin where they are steep."""
    return 0.01


def zeros(_inputs: int) -> float:
    """Return 0: all units of a layer stay equal, which is what it is there to show."""
    return 0.0


def large_random(_inputs: int) -> float:
    """Return 10: saturated from the start, which is what it is there to show."""
    return 10.0


def he(inputs: int) -> float:
    """Return sqrt(2 / inputs), which keeps the variance through ReLU layers (He et al., 2015)."""
    return float(np.sqrt(2 / inputs))


def xavier(inputs: int) -> float:
    """Return sqrt(1 / inputs), which keeps the variance through tanh layers (Glorot and Bengio, 2010)."""
    return float(np.sqrt(1 / inputs))


def initial_weights(layer_sizes: Sequence[int], *, initializer: str, seed: int) -> list[Array]:
    """Return W1, W2, ... of one lane, each of shape (units, inputs), in float64."""
    random = np.random.RandomState(seed)
    factor = INITIALIZERS[initializer]
    return [random.randn(units, inputs) * factor(inputs) for inputs, units in pairwise(layer_sizes)]


INITIALIZERS: dict[str, Callable[[int], float]] = {
    "small_random": small_random,
    "zeros": zeros,
    "large_random": large_random,
    "he": he,
    "xavier": xavier,
}
