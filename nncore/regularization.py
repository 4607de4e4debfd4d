"""What keeps a network from learning its images by heart: L2 and dropout.

Both work lane by lane, each lane with its own strength.
"""

from collections.abc import Sequence

import numpy as np

from nncore.arrays import Array, Indices
from nncore.first_layer import FirstLayer
from nncore.parameters import Parameters
from nncore.randomness import generator


class L2:
    """lambda / 2m times the squared weights is added to the cost, lambda / m times the weights to the gradient.

    Biases are left alone in both. m is the number of training images, of which a batch is a part.
    """

    def __init__(self, strengths: Array, *, parameters: Parameters) -> None:
        """Take lambda / m of each lane, of shape (lanes,)."""
        self._strengths = strengths
        self._on_rest = weight_mask(parameters) * strengths[:, np.newaxis]

    def add_gradients(self, parameters: Parameters, gradients: Parameters) -> None:
        """Add to the gradients in place."""
        gradients.first += self._strengths[:, np.newaxis, np.newaxis] * parameters.first
        gradients.rest += self._on_rest * parameters.rest

    def costs(self, parameters: Parameters, first_layer: FirstLayer) -> Array:
        """Return what is added to each lane's cost, of shape (lanes,)."""
        first = first_layer.squared_norms(parameters.first)
        rest = np.sum(self._on_rest * parameters.rest**2, axis=1)
        return (self._strengths * first + rest) / 2

    def keep(self, lanes: Indices, *, parameters: Parameters) -> "L2":
        """Return the same for these lanes alone."""
        return L2(self._strengths[lanes], parameters=parameters)


def weight_mask(parameters: Parameters) -> Array:
    """Return 1 for each weight and 0 for each bias of `rest`, of shape (p,)."""
    mask = Parameters.zeros(first=parameters.first[:1], layer_sizes=parameters.layer_sizes)
    for W in mask.weights:
        W[...] = 1
    return mask.rest[0]


class Dropout:
    """Units that are left out at random, fresh at every step, the others scaled up: inverted dropout."""

    def __init__(self, rates: Array, *, seeds: Sequence[int], purpose: str = "dropout") -> None:
        """Take the share of units that each lane leaves out, and the lanes' seeds."""
        self._rates = rates
        self._purpose = purpose
        self._seeds, self._seed_of_lane = np.unique(np.asarray(seeds), return_inverse=True)

    def begin_epoch(self, epoch: int) -> None:
        """Begin an epoch's masks, which are the same however often it is begun."""
        self._generators = [generator(seed=int(seed), epoch=epoch, purpose=self._purpose) for seed in self._seeds]

    def mask(self, shape: tuple[int, int]) -> Array:
        """Return the next mask, of shape (lanes, *shape): 0, or 1 / (1 - rate) where a unit is kept."""
        dtype = self._rates.dtype
        drawn = np.stack([random.random(shape, dtype=dtype) for random in self._generators])
        rates = self._rates[:, np.newaxis, np.newaxis]
        kept: Array = (drawn[self._seed_of_lane] >= rates).astype(dtype)
        kept /= 1 - rates
        return kept

    def keep(self, lanes: Indices) -> "Dropout":
        """Return the same for these lanes alone."""
        seeds = self._seeds[self._seed_of_lane[lanes]]
        return Dropout(self._rates[lanes], seeds=list(seeds), purpose=self._purpose)


def clip_factors(norms: Array, *, largest: Array) -> Array:
    """Return the factor (lanes,) of each lane's gradient that makes its norm (lanes,) at most `largest` (lanes,)."""
    return np.minimum(1, largest / np.maximum(norms, np.finfo(norms.dtype).tiny))
