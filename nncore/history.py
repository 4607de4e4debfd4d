"""What is written down of every recorded epoch, for every lane."""

import numpy as np

from nncore.arrays import Array
from nncore.checkpoint import State, section, take
from nncore.first_layer import Indices


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

    def state(self) -> State:
        """Return the epochs, and each column of shape (epochs, lanes)."""
        columns = {f"columns/{name}": np.stack(rows) for name, rows in self._columns.items()}
        return {"epochs": np.array(self.epochs, dtype=int)} | columns

    def restore(self, state: State) -> None:
        """Take the columns of a state; raises InvalidData."""
        self.epochs = take(state, "epochs").tolist()
        self._columns = {name: list(rows) for name, rows in section(state, "columns").items()}
