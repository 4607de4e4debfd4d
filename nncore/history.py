"""What is written down of every recorded epoch, for every lane."""

import numpy as np

from nncore.arrays import Array, Indices
from nncore.checkpoint import State, section, take


class History:
    """A column of numbers for each quantity; a lane that has stopped has nothing more in its columns."""

    def __init__(self, *, lanes: int) -> None:
        """Begin with no epoch."""
        self._lanes = lanes
        self.epochs: list[int] = []
        self._columns: dict[str, list[Array]] = {}

    def record(self, epoch: int, values: dict[str, Array], *, lanes: Indices) -> None:
        """Take the values (lanes,) of one epoch, of these lanes."""
        self.epochs.append(epoch)
        for name, value in values.items():
            row = np.full(self._lanes, np.nan)
            row[lanes] = value
            self._columns.setdefault(name, []).append(row)

    def of_lane(self, lane: int) -> dict[str, list[float]]:
        """Return the epochs in which the lane was trained, and its columns."""
        columns = {name: [float(row[lane]) for row in rows] for name, rows in self._columns.items()}
        count = sum(1 for value in columns.get("cost", []) if not np.isnan(value))
        epochs: list[float] = list(self.epochs[:count])
        return {"epoch": epochs} | {name: column[:count] for name, column in columns.items()}

    def means(self) -> dict[str, list[float]]:
        """Return all epochs and, of each column, the mean over the lanes that were trained in them and were finite.

        `cost_deviation` is the standard deviation of the cost over the same lanes.
        """
        spread = [("cost_deviation", self._columns.get("cost", []), _deviation)]
        columns = [(name, rows, _mean) for name, rows in self._columns.items()] + spread
        epochs: list[float] = list(self.epochs)
        return {"epoch": epochs} | {name: [of(row) for row in rows] for name, rows, of in columns}

    def state(self) -> State:
        """Return the epochs, and each column of shape (epochs, lanes)."""
        columns = {f"columns/{name}": np.stack(rows) for name, rows in self._columns.items()}
        return {"epochs": np.array(self.epochs, dtype=int)} | columns

    def restore(self, state: State) -> None:
        """Take the columns of a state; raises InvalidData."""
        self.epochs = take(state, "epochs").tolist()
        self._columns = {name: list(rows) for name, rows in section(state, "columns").items()}


def _mean(row: Array) -> float:
    known = row[np.isfinite(row)]
    return float(known.mean()) if len(known) else np.nan


def _deviation(row: Array) -> float:
    known = row[np.isfinite(row)]
    return float(known.std()) if len(known) else np.nan
