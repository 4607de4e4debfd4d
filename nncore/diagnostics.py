"""What a trained network suffers from, each with a remedy."""

from typing import Any, TypedDict

import numpy as np

from nncore.arrays import Array
from nncore.inputs import Inputs
from nncore.network import Network

SATURATED = {
    "sigmoid": (0.01, 0.99),
    "tanh": (-0.98, 0.98),
}  # beyond these the slope is a 25th of the steepest and less

SPLITS = {"train": "training", "validation": "validation", "test": "test"}


class Warned(TypedDict):
    """A stable word, and a sentence with a remedy."""

    code: str
    detail: str


def diagnose(network: Network, X: Inputs, *, metrics: dict[str, Any], initializer: str) -> list[Warned]:
    """Return what is wrong with a network of one lane or more, on training images X (n, d) and by its metrics."""
    found = no_better_than_the_largest_class(metrics)
    if initializer == "zeros" and len(network.layer_sizes) > 2:
        detail = "all weights began at zero, so all units of a layer stayed the same; he or xavier lets them differ"
        found.append({"code": "zeros", "detail": detail})
    activations = network.forward(network.first_layer.others(X)).activations
    for layer, A in enumerate(activations, start=1):
        found += of_layer(A, layer=layer, activation=network.activation)
    return found


def no_better_than_the_largest_class(metrics: dict[str, Any]) -> list[Warned]:
    """Return a warning for each split on which saying always the same would be as good."""
    remedy = "train longer, or with another initializer, learning rate or class weights"
    return [
        {
            "code": "no-better-than-largest-class",
            "detail": f"accuracy on the {SPLITS[split]} images is {values['accuracy']:.4f}, and always naming the "
            f"largest class would give {values['largest_class_share']:.4f}: {remedy}",
        }
        for split, values in metrics.items()
        if values and values["accuracy"] <= values["largest_class_share"]
    ]


def of_layer(A: Array, *, layer: int, activation: str) -> list[Warned]:
    """Return the warnings for one hidden layer that answered A (lanes, units, n)."""
    units = A.shape[0] * A.shape[1]
    dead = int(np.sum((A <= 0).all(axis=2)))
    if activation == "relu" and dead:
        detail = (
            f"{dead} of {units} units of hidden layer {layer} are 0 for every training image and learn nothing more; "
        )
        return [{"code": "dead-relu", "detail": detail + "a lower learning rate, he or leaky_relu keeps them alive"}]
    low, high = SATURATED.get(activation, (-np.inf, np.inf))
    saturated = int(np.sum(((low > A) | (high < A)).mean(axis=2) > 0.9))
    if saturated:
        detail = f"{saturated} of {units} units of hidden layer {layer} are saturated for 9 in 10 training images; "
        return [{"code": "saturated", "detail": detail + "a lower learning rate, xavier or L2 brings them back"}]
    return []
