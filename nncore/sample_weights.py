"""How much each image counts."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from nncore.arrays import Array, Labels
from nncore.errors import InvalidHyperparameter


def class_weights(
    class_weight: Mapping[str, float] | Literal["balanced"] | None,
    labels: Labels,
    *,
    names: Sequence[str],
    counted: Array | None = None,
) -> Array:
    """Return the weight of each image, of shape (n,), from the weight of its class.

    "balanced" gives all classes the same weight in sum: n / (classes * images of the class), where only images count
    whose weight in `counted` (n,), if given, is not 0. A mapping gives weights by class name, 1 where a name is
    missing, all of them smaller in proportion where their sum would overflow; raises InvalidHyperparameter for a name
    that is no class.
    """
    if class_weight is None:
        return np.ones(len(labels))
    if class_weight == "balanced":
        here = labels if counted is None else labels[counted != 0]
        counts = np.bincount(here, minlength=len(names))
        return len(here) / (np.count_nonzero(counts) * np.maximum(counts, 1)[labels])
    check_class_weight(class_weight, images=dict(zip(names, np.bincount(labels, minlength=len(names)), strict=True)))
    weights = np.array([class_weight.get(name, 1.0) for name in names])[labels]
    largest = float(weights.max())
    return weights if math.isfinite(len(weights) * largest) else weights / largest  # their sum is to be a number


def check_class_weight(
    class_weight: Mapping[str, float] | Literal["balanced"] | None, *, images: Mapping[str, int]
) -> None:
    """Raise InvalidHyperparameter for a name that is no class, and where none counts of the `images` of each class."""
    if class_weight is None or isinstance(class_weight, str):
        return
    for name in class_weight:
        if name not in images:
            message = f"class_weight names {name!r}; the classes are {', '.join(images)}"
            raise InvalidHyperparameter(message, field="class_weight")
    if not any(count and class_weight.get(name, 1.0) for name, count in images.items()):
        message = "class_weight is 0 for every class that has images; at least one must count"
        raise InvalidHyperparameter(message, field="class_weight")


def shares(weights: Array) -> Array:
    """Return weights of shape (..., n) as shares of their sum; zeros where all are zero."""
    sums = weights.sum(axis=-1, keepdims=True)
    return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
