"""What networks answered about images that they were not trained on: of candidates in progress, and of the best."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.checkpoint import State


class OutOfFold:
    """Probabilities of each image's classes, of shape (repeats, n, classes) for each candidate that is kept."""

    def __init__(self, held_out: NDArray[np.bool_], *, folds: int, classes: int) -> None:
        """Take which images each split holds out (splits, n), and how many splits make up a repeat."""
        self._held_out = held_out
        self._folds = folds
        self._shape = len(held_out) // folds, held_out.shape[1], classes
        self._of: dict[int, Array] = {}

    def write(self, candidate: int, split: int, probabilities: Array) -> None:
        """Take what a lane answers about all images, of shape (n, classes)."""
        kept = self._of.setdefault(candidate, np.full(self._shape, np.nan))
        images = self._held_out[split]
        kept[split // self._folds, images] = probabilities[images]

    def merge(self, state: State) -> None:
        """Take what others answered who were trained elsewhere."""
        for candidate, theirs in state.items():
            kept = self._of.setdefault(int(candidate), np.full(self._shape, np.nan))
            np.copyto(kept, theirs, where=~np.isnan(theirs))

    def drop(self, candidates: Collection[int]) -> None:
        """Forget these candidates."""
        for candidate in candidates:
            self._of.pop(candidate, None)

    def of(self, candidate: int) -> Array:
        """Return the mean over the repeats, of shape (n, classes)."""
        mean: Array = self._of[candidate].mean(axis=0)
        return mean

    def state(self) -> State:
        """Return the probabilities of each candidate."""
        return {str(candidate): kept.copy() for candidate, kept in self._of.items()}

    def restore(self, state: State) -> None:
        """Take the probabilities of a state."""
        self._of = {int(candidate): kept.copy() for candidate, kept in state.items()}
