"""What each candidate of a search is worth on the images that were held out, fold by fold, the best first."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Labels
from nncore.checkpoint import State, take, write_over

MEASURES = ("cost", "accuracy", "balanced_accuracy")
OBJECTIVES = {
    "balanced_accuracy": ("balanced_accuracy", "cost"),
    "accuracy": ("accuracy", "cost"),
    "cost": ("cost", "balanced_accuracy"),
}  # what candidates are ordered by, and what decides among equals


class Leaderboard:
    """Measures of every candidate in every split, each (candidates, splits); not a number where there is none yet."""

    def __init__(
        self, held_out: NDArray[np.bool_], labels: Labels, *, candidates: int, folds: int, objective: str
    ) -> None:
        """Take which images each split holds out (splits, n), their labels (n,), and how many folds a repeat has."""
        self._held_out = held_out
        self._members = (labels[:, np.newaxis] == np.unique(labels)).astype(np.float64)  # (n, classes)
        self._folds = folds
        self._objective = objective
        self.measures = {name: np.full((candidates, len(held_out)), np.nan) for name in MEASURES}
        self.epochs = np.zeros((candidates, len(held_out)), dtype=int)
        self.diverged = np.zeros((candidates, len(held_out)), dtype=int)  # the epoch; 0 where it is well
        self.finished = np.zeros((candidates, len(held_out)), dtype=bool)
        self._weights = self._weights_of_folds(labels)

    def write(self, lanes: NDArray[np.intp], *, costs: Array, right: NDArray[np.bool_], epochs: Array) -> None:
        """Take costs and right answers of all images (lanes, n), of lanes (candidate, split) after so many epochs."""
        held_out = self._held_out[lanes[:, 1]].astype(np.float64)
        places = lanes[:, 0], lanes[:, 1]
        images = held_out.sum(axis=1)
        self.measures["cost"][places] = np.where(held_out > 0, costs, 0).sum(axis=1) / images
        self.measures["accuracy"][places] = (right * held_out).sum(axis=1) / images
        self.measures["balanced_accuracy"][places] = self._balanced(right * held_out, held_out)
        self.epochs[places] = epochs

    def write_diverged(self, lane: NDArray[np.intp], *, epoch: int) -> None:
        """Note that a lane (candidate, split) diverged at this epoch."""
        self.diverged[tuple(lane)] = epoch
        for values in self.measures.values():
            values[tuple(lane)] = np.nan

    def merge(self, state: State) -> None:
        """Take what another one, of the same candidates and splits, knows of other lanes."""
        known = ~np.isnan(take(state, "cost")) | (take(state, "diverged") > 0)
        for name, array in self._arrays().items():
            array[known] = take(state, name)[known]

    def order(self) -> list[int]:
        """Return the candidates, the best first; the diverged are last, those before them that have not begun."""
        with np.errstate(over="ignore"):
            means = {name: self._means(name) for name in MEASURES}
        first, second = ((means[name] if name == "cost" else -means[name]) for name in OBJECTIVES[self._objective])
        lost = self.diverged.any(axis=1)
        unknown = np.isnan(first)
        return [int(each) for each in np.lexsort((np.nan_to_num(second), np.nan_to_num(first), unknown, lost))]

    def rows(self, searched: Sequence[dict[str, Any]], *, folds: bool, most: int | None = None) -> list[dict[str, Any]]:
        """Return the candidates in order, as JSON has them, given what tells them apart; with or without each fold."""
        with np.errstate(over="ignore"):  # of huge costs, whose deviation is none that can be told
            summaries = {name: (self._means(name), self._deviations(name)) for name in MEASURES}
        return [
            {"rank": rank, "candidate": candidate, "status": self._status(candidate)}
            | {"epoch": int(self.epochs[candidate].max(initial=0)), "hyperparameters": searched[candidate]}
            | {name: _number(means[candidate]) for name, (means, _) in summaries.items()}
            | {f"{name}_deviation": _number(spread[candidate]) for name, (_, spread) in summaries.items()}
            | ({"folds": [self._fold(candidate, split) for split in range(len(self._held_out))]} if folds else {})
            for rank, candidate in enumerate(self.order()[:most], start=1)
        ]

    def copy(self) -> "Leaderboard":
        """Return a leaderboard that can be written to without a trace in this one."""
        other = object.__new__(Leaderboard)
        other.__dict__ = self.__dict__ | {
            "measures": {name: values.copy() for name, values in self.measures.items()},
            "epochs": self.epochs.copy(),
            "diverged": self.diverged.copy(),
            "finished": self.finished.copy(),
        }
        return other

    def state(self) -> State:
        """Return all measures."""
        return {name: array.copy() for name, array in self._arrays().items()}

    def restore(self, state: State) -> None:
        """Take the measures of a state; raises InvalidData."""
        for name, array in self._arrays().items():
            write_over(array, state, name)

    def _arrays(self) -> State:
        return self.measures | {"epochs": self.epochs, "diverged": self.diverged, "finished": self.finished}

    def _balanced(self, right: Array, held_out: Array) -> Array:
        """Return the mean share of right answers over the classes that a split holds out, of shape (lanes,)."""
        images = held_out @ self._members
        shares = (right @ self._members) / np.maximum(images, 1)
        balanced: Array = shares.sum(axis=1) / np.count_nonzero(images, axis=1)
        return balanced

    def _weights_of_folds(self, labels: Labels) -> dict[str, Array]:
        """Return what each split counts in a mean: all alike, but for the balanced accuracy of folds of one image.

        There each class counts alike, which makes the mean the balanced accuracy of all held-out images together.
        """
        alike = np.ones(len(self._held_out))
        weights = dict.fromkeys(MEASURES, alike)
        if (self._held_out.sum(axis=1) == 1).all():
            weights["balanced_accuracy"] = 1 / np.bincount(labels)[labels[self._held_out.argmax(axis=1)]]
        return weights

    def _means(self, name: str) -> Array:
        """Return the mean over the splits that are known, of shape (candidates,)."""
        values, weights = self.measures[name], self._weights[name]
        known = ~np.isnan(values)
        total = np.where(known, weights, 0).sum(axis=1)
        means = np.divide(
            np.where(known, values * weights, 0).sum(axis=1), total, out=np.full(len(values), np.nan), where=total > 0
        )
        means[self.diverged.any(axis=1)] = np.nan
        return means

    def _deviations(self, name: str) -> Array:
        """Return the standard deviation over the splits that are known, of shape (candidates,)."""
        squares = (self.measures[name] - self._means(name)[:, np.newaxis]) ** 2
        known = np.count_nonzero(~np.isnan(squares), axis=1)
        variances = np.divide(np.nansum(squares, axis=1), known, out=np.full(len(squares), np.nan), where=known > 0)
        return np.sqrt(variances)

    def _status(self, candidate: int) -> str:
        if self.diverged[candidate].any():
            return "diverged"
        if self.finished[candidate].all():
            return "finished"
        return "waiting" if np.isnan(self.measures["cost"][candidate]).all() else "running"

    def _fold(self, candidate: int, split: int) -> dict[str, Any]:
        repeat, fold = divmod(split, self._folds)
        values = {name: _number(self.measures[name][candidate, split]) for name in MEASURES}
        return {"repeat": repeat, "fold": fold} | values


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
