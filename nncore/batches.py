"""The order in which the images come in an epoch."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Indices
from nncore.randomness import generator


def batches(n: int, *, size: int | None, seeds: NDArray[np.int64], epoch: int) -> Iterator[Indices | None]:
    """Return the images of each batch: None for all n at once, else (m,), or (lanes, m) where the lanes' seeds differ.

    Every image is in one batch of an epoch; the last batch has what is left over.
    """
    if size is None or size >= n:
        return iter((None,))
    distinct, lane = np.unique(seeds, return_inverse=True)
    orders = np.stack([generator(seed=int(s), epoch=epoch, purpose="shuffle").permutation(n) for s in distinct])
    order = orders[0] if len(distinct) == 1 else orders[lane]
    return (order[..., start : start + size] for start in range(0, n, size))


def steps_of(n: int, *, size: int | None) -> int:
    """Return how many batches an epoch has."""
    return -(-n // (size or n))


def record_interval(epochs: int) -> int:
    """Return every how many epochs the history gets an entry: 1 up to 1,000 epochs, 10 up to 10,000, and so on."""
    return 10 ** max(0, len(str(epochs - 1)) - 3)
