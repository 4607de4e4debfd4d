"""What is written down of every recorded epoch, for every lane."""

from bisect import bisect
from collections.abc import Sequence

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

    def merge(self, state: State, *, lanes: Indices) -> None:
        """Take what another one recorded of these lanes, from the same epoch on as this one; raises InvalidData."""
        epochs: list[int] = take(state, "epochs").tolist()
        for name, theirs in section(state, "columns").items():
            rows = self._columns.setdefault(name, [])
            rows.extend(np.full(self._lanes, np.nan) for _ in range(len(rows), len(epochs)))
            for mine, row in zip(rows, theirs, strict=False):  # of those that recorded longer than these
                mine[lanes] = row[lanes]
        self.epochs = max(self.epochs, epochs, key=len)

    def state(self, *, after: int = 0) -> State:
        """Return the epochs after one, and each column of shape (epochs, lanes)."""
        start = bisect(self.epochs, after)
        columns = {f"columns/{name}": np.stack(rows[start:]) for name, rows in self._columns.items() if rows[start:]}
        return {"epochs": np.array(self.epochs[start:], dtype=int)} | columns

    def restore(self, state: State) -> None:
        """Take the columns of a state; raises InvalidData."""
        self.epochs = take(state, "epochs").tolist()
        self._columns = {name: list(rows) for name, rows in section(state, "columns").items()}


def means_of_parts(parts: Sequence[State], *, lanes: int, after: int) -> dict[str, list[float]]:
    """Return the means over all lanes of the epochs after one to which every part has come.

    Of each part it takes what `Training.recorded_after` returns, after the same epoch or one before.
    """
    whole = History(lanes=lanes)
    for part in parts:
        theirs = History(lanes=lanes)
        theirs.restore(section(part, "history"))
        whole.merge(theirs.state(after=after), lanes=take(part, "lanes"))
    count = bisect(whole.epochs, min(float(take(part, "until")) for part in parts))
    return {name: values[:count] for name, values in whole.means().items()}


def _mean(row: Array) -> float:
    known = row[np.isfinite(row)]
    return float(known.mean()) if len(known) else np.nan


def _deviation(row: Array) -> float:
    known = row[np.isfinite(row)]
    return float(known.std()) if len(known) else np.nan
