"""Stopping a training when it no longer gets better, lane by lane; the names are those of Keras."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Indices
from nncore.checkpoint import State, section, write_over
from nncore.errors import InvalidHyperparameter
from nncore.parameters import Parameters

MONITORS = {"cost": -1, "accuracy": 1, "validation_cost": -1, "validation_accuracy": 1}  # 1 where more is better


@dataclass(frozen=True)
class EarlyStopping:
    """Stop when `monitor` has not got better by more than `min_delta` for `patience` epochs in a row.

    With a patience of 0, as with 1, the first epoch that is not better is the last.
    """

    monitor: str = "validation_cost"
    patience: int = 10
    min_delta: float = 0.0
    restore_best: bool = True

    def __post_init__(self) -> None:
        if self.monitor not in MONITORS:
            message = f"early_stopping monitors {self.monitor!r}; it must be one of {', '.join(MONITORS)}"
            raise InvalidHyperparameter(message, field="early_stopping")
        if self.patience < 0 or not 0 <= self.min_delta < float("inf"):
            message = f"early_stopping is {self}; patience and min_delta must be at least 0"
            raise InvalidHyperparameter(message, field="early_stopping")


class Stopper:
    """What early stopping remembers of each lane: the best value, the epochs since, and the best parameters."""

    def __init__(self, settings: EarlyStopping, parameters: Parameters) -> None:
        """Take the parameters before the first epoch."""
        lanes = len(parameters.rest)
        self._settings = settings
        self._best = np.full(lanes, -np.inf)
        self._waited = np.zeros(lanes, dtype=np.intp)
        self._best_parameters = parameters.copy() if settings.restore_best else None

    def look(self, values: Array, before: Parameters | None) -> NDArray[np.bool_]:
        """Take each lane's value of the monitor and the parameters that gave it; return which lanes are to stop."""
        values = values * MONITORS[self._settings.monitor]
        better = values > self._best + np.where(np.isfinite(self._best), self._settings.min_delta, 0)
        self._best = np.where(better, values, self._best)
        self._waited = np.where(better, 0, self._waited + 1)
        if self._best_parameters is not None and before is not None:
            for array, source in zip(self._best_parameters.arrays, before.arrays, strict=True):
                array[better] = source[better]
        return ~better & (self._waited >= self._settings.patience)

    @property
    def monitor(self) -> str:
        """The name of the value to look at."""
        return self._settings.monitor

    def give_back(self, parameters: Parameters, *, lanes: NDArray[np.bool_]) -> None:
        """Write these lanes' best parameters over the last ones, if that was asked for."""
        if self._best_parameters is not None:
            for array, source in zip(parameters.arrays, self._best_parameters.arrays, strict=True):
                array[lanes] = source[lanes]

    def keep(self, lanes: Indices) -> None:
        """Forget the other lanes."""
        self._best = self._best[lanes]
        self._waited = self._waited[lanes]
        if self._best_parameters is not None:
            self._best_parameters = self._best_parameters.keep(lanes)

    def state(self) -> State:
        """Return copies of what is remembered."""
        state = {"best": self._best.copy(), "waited": self._waited.copy()}
        best = self._best_parameters.state() if self._best_parameters else {}
        return state | {f"best_parameters/{name}": array for name, array in best.items()}

    def restore(self, state: State) -> None:
        """Remember what a state does; raises InvalidData."""
        write_over(self._best, state, "best")
        write_over(self._waited, state, "waited")
        if self._best_parameters:
            self._best_parameters.restore(section(state, "best_parameters"))
