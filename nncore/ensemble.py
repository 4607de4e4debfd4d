"""Ensembles: networks that differ in their seeds alone and answer together."""

from dataclasses import replace

import numpy as np

from nncore.arrays import Array, Indices
from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import LARGEST_SEED, Hyperparameters


def members_of(hyperparameters: Hyperparameters, *, members: int) -> list[Hyperparameters]:
    """Return the hyperparameters of each member: the seeds are seed, seed + 1, ...; raises InvalidHyperparameter."""
    if hyperparameters.seed + members - 1 > LARGEST_SEED:
        most = LARGEST_SEED + 1 - members
        message = f"seed is {hyperparameters.seed}; with {members} members it must be at most {most}"
        raise InvalidHyperparameter(message, field="seed")
    return [replace(hyperparameters, seed=hyperparameters.seed + number) for number in range(members)]


def share_of_members(members: int, *, number: int, of: int) -> Indices:
    """Return the numbers of a share of the members, from 1 to `of`; all shares are about the same work."""
    return np.array_split(np.arange(members), of)[number - 1]


def uncertainty(probabilities: Array) -> Array:
    """Return how far the members are apart about each image, of shape (n,), given (members, n, classes).

    It is the standard deviation, over the members, of their probability of the class that they answer together: that of
    the highest mean. 0 is full agreement, 0.5 as far apart as can be.
    """
    answers = probabilities.mean(axis=0).argmax(axis=1)
    deviation: Array = probabilities[:, np.arange(len(answers)), answers].std(axis=0)
    return deviation
