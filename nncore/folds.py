"""Parts of the images, each with the classes in their shares."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Labels
from nncore.errors import InvalidData
from nncore.randomness import generator

Folds: TypeAlias = int | Literal["leave-one-out"]


def stratified_folds(labels: Labels, *, folds: int, seed: int, repeat: int = 0) -> NDArray[np.intp]:
    """Return the fold of each image, of shape (n,), from 0 to folds - 1.

    The images of each class are dealt out in turn, in random order; a class goes on where the one before it ended, so
    that the folds differ by one image at the most, and so do the images of each class.
    """
    random = generator(seed=seed, epoch=repeat, purpose="folds")
    by_class = [random.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    fold = np.empty(len(labels), dtype=np.intp)
    fold[np.concatenate(by_class)] = np.arange(len(labels)) % folds
    return fold


def stratified_split(labels: Labels, *, fraction: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the indices of the images to train on and of those to validate on, each in ascending order.

    Every class gives this fraction of its images, rounded, but at least one of two and never all.
    """
    random = generator(seed=seed, epoch=0, purpose="validation")
    held_out = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        images = random.permutation(np.flatnonzero(labels == label))
        count = min(max(round(fraction * len(images)), 1), len(images) - 1)
        held_out[images[:count]] = True
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def held_out(labels: Labels, *, folds: Folds, repeats: int, seed: int) -> NDArray[np.bool_]:
    """Return which images each split of a cross-validation holds out, of shape (splits, n).

    The folds of a repeat follow one another; each repeat deals the images out anew. Raises InvalidData for more folds
    than a class has images, and for a repeat of leave-one-out, which would be the same again.
    """
    check_folds(np.bincount(labels).tolist(), folds=folds, repeats=repeats)
    if folds == "leave-one-out":
        return np.eye(len(labels), dtype=bool)
    dealt = [stratified_folds(labels, folds=folds, seed=seed, repeat=repeat) for repeat in range(repeats)]
    return np.concatenate([fold == np.arange(folds)[:, np.newaxis] for fold in dealt])


def check_folds(images: Sequence[int], *, folds: Folds, repeats: int) -> None:
    """Raise InvalidData for more folds than a class has images, given their number by class, or a useless repeat."""
    fewest = min((count for count in images if count), default=0)
    if folds == "leave-one-out":
        if repeats != 1:
            raise InvalidData(f"repeats is {repeats}; leaving one out is the same each time, so 1 is right")
        if sum(images) < 2:
            raise InvalidData("there is one image; leaving it out leaves none to train on")
    elif not 2 <= folds <= fewest:
        raise InvalidData(f"folds is {folds}; from 2 to {fewest} is right, since a class has {fewest} images")
