"""An epoch in progress: how many of its batches are done, and what was gathered of them."""

import numpy as np

from nncore.arrays import Array
from nncore.checkpoint import State, section, take
from nncore.parameters import Parameters


class Epoch:
    """Sums over the batches so far, each number of shape (lanes,)."""

    def __init__(self, *, values: dict[str, Array], before: Parameters | None) -> None:
        """Take what was told of the parameters before the epoch, where it is looked at, and a copy of them."""
        self.steps = 0
        self.values = values
        self.before = before
        self.costs: Array | float = 0.0
        self.hits: Array | float = 0.0

    @property
    def is_looked_at(self) -> bool:
        """Whether anybody wants to know more of this epoch than that its logits are finite."""
        return bool(self.values)

    def state(self) -> State:
        """Return copies of what was gathered."""
        state = {"steps": np.array(self.steps), "costs": np.copy(self.costs), "hits": np.copy(self.hits)}
        state |= {f"values/{name}": np.copy(value) for name, value in self.values.items()}
        return state | ({f"before/{name}": array for name, array in self.before.state().items()} if self.before else {})

    def restore(self, state: State) -> None:
        """Go on from what was gathered; raises InvalidData."""
        self.steps = int(take(state, "steps"))
        self.costs, self.hits = np.copy(take(state, "costs")), np.copy(take(state, "hits"))
        self.values = section(state, "values")
        if self.before:
            self.before.restore(section(state, "before"))
