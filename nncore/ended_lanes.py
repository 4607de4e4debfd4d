"""The lanes that are trained no more."""

import numpy as np

from nncore.arrays import Array
from nncore.checkpoint import State, take


class EndedLanes:
    """Parameters and epochs of each such lane, and the epoch of which its cost was no finite number, if that was so."""

    def __init__(self) -> None:
        """Begin with none."""
        self.parameters: dict[int, tuple[Array, Array]] = {}  # lane: its matrix, and the rest
        self.epochs: dict[int, int] = {}  # lane: how many it was trained
        self.diverged: dict[int, int] = {}  # lane: epoch

    def __len__(self) -> int:
        return len(self.parameters)

    def merge(self, other: "EndedLanes") -> None:
        """Take the lanes that ended elsewhere."""
        self.parameters |= other.parameters
        self.epochs |= other.epochs
        self.diverged |= other.diverged

    def state(self) -> State:
        """Return the lanes' numbers, epochs and parameters."""
        lanes = np.array([*self.parameters], dtype=int)
        state = {"lanes": lanes, "epochs": _pairs(self.epochs), "diverged": _pairs(self.diverged)}
        if self.parameters:
            first, rest = zip(*self.parameters.values(), strict=True)
            state |= {"first": np.stack(first), "rest": np.stack(rest)}
        return state

    def restore(self, state: State) -> None:
        """Take the lanes of a state; raises InvalidData."""
        lanes = take(state, "lanes")
        self.epochs = _numbers(take(state, "epochs"))
        self.diverged = _numbers(take(state, "diverged"))
        self.parameters = {
            int(lane): (take(state, "first")[row], take(state, "rest")[row]) for row, lane in enumerate(lanes)
        }


def _pairs(numbers: dict[int, int]) -> Array:
    return np.array([*numbers.items()], dtype=int).reshape(-1, 2)


def _numbers(pairs: Array) -> dict[int, int]:
    return {int(lane): int(epoch) for lane, epoch in pairs}
