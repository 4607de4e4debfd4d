"""Which lanes of a search are trained together: those that share what lanes must, in bounded memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.batches import steps_of
from nncore.cost_model import Work, choose, sample_space_seconds, weight_space_seconds
from nncore.hyperparameters import Hyperparameters
from nncore.losses import output_units

LARGEST_GROUP = 4_000_000  # activations and coordinates of all lanes; a training has a dozen arrays of that size
CACHE = 2_400_000  # bytes of these in sample space: with more, an update's many passes over them leave the cache
FEWEST_LANES = 32  # unless the memory has no room for so many: with fewer, the calls are more than the arithmetic


@dataclass(frozen=True)
class LaneGroup:
    """Lanes of one training: pairs (candidate, split), of shape (lanes, 2), and each one's hyperparameters."""

    lanes: NDArray[np.intp]
    hyperparameters: list[Hyperparameters]

    @property
    def shared(self) -> Hyperparameters:
        """The hyperparameters of the first lane, for what all have in common."""
        return self.hyperparameters[0]

    def select(self, rows: NDArray[np.intp]) -> "LaneGroup":
        """Return the group of these of its lanes, given by their places in it."""
        return LaneGroup(self.lanes[rows], [self.hyperparameters[row] for row in rows])


def lane_groups(
    candidates: Sequence[Hyperparameters], *, splits: int, n: int, d: int, classes: int, largest: int = LARGEST_GROUP
) -> list[LaneGroup]:
    """Return the groups for n images of d inputs; a candidate's lanes stand together as far as can be.

    Statistics of the images, where a normalization has any, are those of one split's training images, so the lanes of
    each split have a group of their own there. The form of the first layer is chosen for all that share the rest, so
    that it does not depend on how many lanes are trained at a time.
    """
    together: dict[object, list[tuple[int, int]]] = {}
    for candidate, hyperparameters in enumerate(candidates):
        shared = hyperparameters.shared
        for split in range(splits):
            key = shared, split if hyperparameters.normalization == "standardize" else None
            together.setdefault(key, []).append((candidate, split))
    groups = []
    for pairs in together.values():
        form = _form(candidates[pairs[0][0]], lanes=len(pairs), n=n, d=d)
        numbers = _numbers(candidates[pairs[0][0]], form=form, n=n, d=d, classes=classes)
        size = _lanes_at_once(numbers, form=form, dtype=candidates[pairs[0][0]].dtype, largest=largest)
        groups += [
            LaneGroup(part, [replace(candidates[candidate], first_layer=form) for candidate in part[:, 0]])
            for part in np.array_split(pairs, -(-len(pairs) // size))
        ]
    return groups


def share_of(groups: Sequence[LaneGroup], *, number: int, of: int, n: int, d: int) -> list[LaneGroup]:
    """Return a share of all lanes, from 1 to `of`, as groups; all shares are about the same work.

    Lanes that stand together in their order by candidate and split are in one share, so that few candidates are in two.
    """
    lanes = np.concatenate([group.lanes for group in groups])
    seconds = np.concatenate([_seconds_of_lanes(group, n=n, d=d) for group in groups])
    order = np.lexsort((lanes[:, 1], lanes[:, 0]))
    middles = np.cumsum(seconds[order]) - seconds[order] / 2
    shares = np.empty(len(lanes), dtype=int)
    shares[order] = middles / seconds.sum() * of + 1
    of_groups = np.split(shares, np.cumsum([len(group.lanes) for group in groups])[:-1])
    return [
        group.select(np.flatnonzero(share == number))
        for group, share in zip(groups, of_groups, strict=True)
        if (share == number).any()
    ]


def seconds_of(candidates: Sequence[Hyperparameters], *, splits: int, n: int, d: int) -> float:
    """Return how long it takes to train all lanes one after the other, as the cost model estimates it."""
    alike: dict[object, list[Hyperparameters]] = {}
    for candidate in candidates:
        alike.setdefault(candidate.shared, []).append(candidate)
    seconds = 0.0
    for same in alike.values():
        lanes = len(same) * splits
        form = _form(same[0], lanes=lanes, n=n, d=d)
        seconds += _seconds(same[0], form=form, lanes=lanes, n=n, d=d)
    return seconds


def _seconds_of_lanes(group: LaneGroup, *, n: int, d: int) -> Array:
    """Return the time of each lane of a group, of shape (lanes,)."""
    lanes = len(group.lanes)
    return np.full(lanes, _seconds(group.shared, form=group.shared.first_layer, lanes=lanes, n=n, d=d) / lanes)


def _seconds(shared: Hyperparameters, *, form: str, lanes: int, n: int, d: int) -> float:
    work = Work(
        n=n,
        d=d,
        units=_units_of_first(shared),
        lanes=lanes,
        epochs=shared.epochs,
        steps=steps_of(n, size=shared.batch_size),
        itemsize=np.dtype(shared.dtype).itemsize,
    )
    return sample_space_seconds(work) if form == "sample_space" else weight_space_seconds(work)


def _form(shared: Hyperparameters, *, lanes: int, n: int, d: int) -> str:
    work = Work(
        n=n,
        d=d,
        units=_units_of_first(shared) * lanes,
        epochs=shared.epochs,
        steps=steps_of(n, size=shared.batch_size),
        itemsize=np.dtype(shared.dtype).itemsize,
    )
    return choose(shared, work)


def _numbers(shared: Hyperparameters, *, form: str, n: int, d: int, classes: int) -> int:
    """Return how many numbers one lane keeps: the matrix of its first layer, and the activations of all layers."""
    units = sum(shared.hidden_layers) + output_units(classes)
    return _units_of_first(shared) * (n if form == "sample_space" else d) + units * n


def _lanes_at_once(numbers: int, *, form: str, dtype: str, largest: int) -> int:
    """Return how many lanes of so many numbers each are trained together."""
    most = max(1, largest // numbers)
    if form == "weight_space":
        return most
    return min(most, max(FEWEST_LANES, CACHE // (numbers * np.dtype(dtype).itemsize)))


def _units_of_first(shared: Hyperparameters) -> int:
    return (*shared.hidden_layers, 1)[0]
