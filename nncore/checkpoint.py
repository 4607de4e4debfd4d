"""The state of an unfinished training: arrays by name, from which a new training goes on with the same bits.

Each part of a training tells its own state and takes it back. A state of the whole joins theirs, each under the name
of its part, as `update/parameters/first`.
"""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

import numpy as np

from nncore.arrays import Array
from nncore.errors import InvalidData

State: TypeAlias = dict[str, Array]


class Part(Protocol):
    """What a checkpoint asks of a part of a training."""

    def state(self) -> State:
        """Return copies of all that changes in training."""

    def restore(self, state: State) -> None:
        """Take such a state back; raises InvalidData for one that does not fit."""


def join(parts: Mapping[str, Part]) -> State:
    """Return the state of all parts."""
    return {f"{name}/{key}": array for name, part in parts.items() for key, array in part.state().items()}


def section(state: State, name: str) -> State:
    """Return the state of one part."""
    prefix = f"{name}/"
    return {key.removeprefix(prefix): array for key, array in state.items() if key.startswith(prefix)}


def hand_out(state: State, parts: Mapping[str, Part]) -> None:
    """Give each part its state back; raises InvalidData."""
    for name, part in parts.items():
        part.restore(section(state, name))


def take(state: State, name: str) -> Array:
    """Return an array of a state; raises InvalidData where there is none."""
    if name not in state:
        raise InvalidData(f"the state has no {name!r}; it is of another kind of training")
    return state[name]


def write_over(array: Array, state: State, name: str) -> None:
    """Put what the state has under this name in the place of the array's numbers; raises InvalidData."""
    source = take(state, name)
    if source.shape != array.shape or source.dtype != array.dtype:
        got, wanted = f"{source.dtype} {source.shape}", f"{array.dtype} {array.shape}"
        raise InvalidData(f"{name} of the state is {got}; this training has {wanted}")
    np.copyto(array, source)
