"""The cost of an answer, computed on logits so that no logarithm ever sees a zero.

Shapes: logits (lanes, units, n); targets (units, n), the same for all lanes, or (lanes, units, n); costs (lanes, n),
one an image; gradients are those of the costs with respect to the logits and have the logits' shape.
"""

from typing import Protocol

import numpy as np

from nncore.activations import sigmoid
from nncore.arrays import Array, Labels


class Loss(Protocol):
    """What training asks of a loss."""

    def targets(self, labels: Labels, *, classes: int) -> Array:
        """Return what the network should answer, of shape (units, n)."""

    def costs(self, logits: Array, targets: Array) -> Array:
        """Return the cost of each image in each lane, of shape (lanes, n)."""

    def gradients(self, logits: Array, targets: Array) -> Array:
        """Return d cost / d logits, of shape (lanes, units, n)."""

    def probabilities(self, logits: Array) -> Array:
        """Return the probability of each class, of shape (lanes, classes, n)."""

    def answers(self, logits: Array) -> Labels:
        """Return the most probable class of each image, of shape (lanes, n)."""


class BinaryCrossEntropy:
    """Two classes and one logit z: cost log(1 + exp(z)) - y z, probability sigmoid(z) of the second class."""

    def targets(self, labels: Labels, *, classes: int) -> Array:  # noqa: ARG002, the other loss needs it
        """Return the labels themselves, of shape (1, n)."""
        return np.asarray(labels, dtype=np.float64)[np.newaxis]

    def costs(self, logits: Array, targets: Array) -> Array:
        """Return max(z, 0) - y z + log(1 + exp(-|z|)), which no z can make overflow."""
        costs = np.log1p(np.exp(-np.abs(logits)))
        costs += np.maximum(logits, 0)
        costs -= targets * logits
        return costs[:, 0]

    def gradients(self, logits: Array, targets: Array) -> Array:
        """Return sigmoid(z) - y."""
        gradients = sigmoid(logits)
        gradients -= targets
        return gradients

    def probabilities(self, logits: Array) -> Array:
        """Return 1 - sigmoid(z) and sigmoid(z)."""
        return np.concatenate([sigmoid(-logits), sigmoid(logits)], axis=1)

    def answers(self, logits: Array) -> Labels:
        """Return 1 where z is positive."""
        return (logits[:, 0] > 0).astype(np.intp)


class CategoricalCrossEntropy:
    """Three classes and more, a logit each: cost log(sum exp(z)) - z of the true class; probabilities are softmax."""

    def targets(self, labels: Labels, *, classes: int) -> Array:
        """Return a one for the true class and zeros for the others, of shape (classes, n)."""
        return (np.arange(classes)[:, np.newaxis] == np.asarray(labels)).astype(np.float64)

    def costs(self, logits: Array, targets: Array) -> Array:
        """Return log(sum exp(z)) - y . z, the largest z taken out first so that nothing overflows."""
        largest = logits.max(axis=1, keepdims=True)
        log_sum: Array = np.log(np.exp(logits - largest).sum(axis=1)) + largest[:, 0]
        return log_sum - (targets * logits).sum(axis=1)

    def gradients(self, logits: Array, targets: Array) -> Array:
        """Return softmax(z) - y."""
        gradients = self.probabilities(logits)
        gradients -= targets
        return gradients

    def probabilities(self, logits: Array) -> Array:
        """Return softmax(z)."""
        exponentials: Array = np.exp(logits - logits.max(axis=1, keepdims=True))
        exponentials /= exponentials.sum(axis=1, keepdims=True)
        return exponentials

    def answers(self, logits: Array) -> Labels:
        """Return the number of the largest z."""
        return logits.argmax(axis=1)


def loss_for(output_units: int) -> Loss:
    """Return the loss of a network with so many output units: one unit tells two classes apart."""
    return BinaryCrossEntropy() if output_units == 1 else CategoricalCrossEntropy()


def output_units(classes: int) -> int:
    """Return how many output units so many classes need."""
    return 1 if classes == 2 else classes
