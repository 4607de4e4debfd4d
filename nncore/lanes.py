"""What is of one lane and not of all: its seed, its scalar hyperparameters, and how much each image counts in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Indices
from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import OF_A_LANE, Hyperparameters
from nncore.sample_weights import shares


@dataclass(frozen=True)
class Lanes:
    """The lanes that are still trained; every array has one row or number a lane."""

    numbers: NDArray[np.intp]  # which lanes of the training these are
    seeds: NDArray[np.int64]
    learning_rates: Array
    l2: Array  # lambda / m
    clip_norms: Array | None
    counted: NDArray[np.intp]  # how many images count
    shares: Array  # (lanes, n): each image's share in the cost; 0 where it is held out
    held_out: Array | None  # (lanes, n): each image's share in the validation cost

    @classmethod
    def of(cls, hyperparameters: Sequence[Hyperparameters], *, weights: Array, held_out: Array | None) -> "Lanes":
        """Collect the lanes' hyperparameters; weights and held_out are of shape (lanes, n) and need no sum of 1."""
        dtype = hyperparameters[0].dtype
        counted = np.count_nonzero(weights, axis=1)
        clips = [lane.clip_norm for lane in hyperparameters]
        return cls(
            numbers=np.arange(len(hyperparameters)),
            seeds=np.array([lane.seed for lane in hyperparameters]),
            learning_rates=np.array([lane.learning_rate for lane in hyperparameters], dtype=dtype),
            l2=np.array([lane.l2 for lane in hyperparameters], dtype=dtype) / counted.astype(dtype),
            clip_norms=np.array([np.inf if c is None else c for c in clips], dtype=dtype) if any(clips) else None,
            counted=counted,
            shares=shares(weights).astype(dtype),
            held_out=None if held_out is None else shares(held_out).astype(dtype),
        )

    def keep(self, lanes: Indices) -> "Lanes":
        """Return these lanes alone."""
        arrays = {name: array[lanes] for name, array in vars(self).items() if array is not None}
        return replace(self, **arrays)


def select(values: Array, indices: Indices | None) -> Array:
    """Return the columns of values (rows, n): all, the same ones of every row, or each row's own (rows, m)."""
    if indices is None:
        return values
    return values[:, indices] if indices.ndim == 1 else np.take_along_axis(values, indices, axis=1)


def check_together(lanes: Sequence[Hyperparameters], *, validated: bool) -> None:
    """Raise InvalidHyperparameter where these cannot be trained together, or not with the images there are."""
    shared = lanes[0]
    if any(lane.shared != shared.shared for lane in lanes):
        message = "lanes that are trained together may differ in these alone: " + ", ".join(sorted(OF_A_LANE))
        raise InvalidHyperparameter(message, field="hyperparameters")
    stopping = shared.early_stopping
    validated = validated or shared.validation_fraction > 0
    if stopping and stopping.monitor.startswith("validation") and not validated:
        message = f"early_stopping monitors {stopping.monitor}; that needs a validation_fraction above 0"
        raise InvalidHyperparameter(message, field="early_stopping")
