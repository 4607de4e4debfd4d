"""The lanes that are trained no more."""

import numpy as np

from nncore.arrays import Array
from nncore.checkpoint import State, take


class EndedLanes:
    """The parameters of each such lane, and of which epoch its cost was no finite number any more, if that was so."""

    def __init__(self) -> None:
        """Begin with none."""
        self.parameters: dict[int, tuple[Array, Array]] = {}  # lane: its matrix, and the rest
        self.diverged: dict[int, int] = {}  # lane: epoch

    def __len__(self) -> int:
        return len(self.parameters)

    def state(self) -> State:
        """Return the lanes' numbers and parameters."""
        state = {"lanes": np.array([*self.parameters], dtype=int), "diverged": _pairs(self.diverged)}
        if self.parameters:
            first, rest = zip(*self.parameters.values(), strict=True)
            state |= {"first": np.stack(first), "rest": np.stack(rest)}
        return state

    def restore(self, state: State) -> None:
        """Take the lanes of a state; raises InvalidData."""
        lanes = take(state, "lanes")
        self.diverged = {int(lane): int(epoch) for lane, epoch in take(state, "diverged")}
        self.parameters = {
            int(lane): (take(state, "first")[row], take(state, "rest")[row]) for row, lane in enumerate(lanes)
        }


def _pairs(numbers: dict[int, int]) -> Array:
    return np.array([*numbers.items()], dtype=int).reshape(-1, 2)
