"""A trained network with what it needs to answer: from uint8 images to probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nncore.arrays import Array, Pixels
from nncore.image_source import Images, pieces
from nncore.network import Network
from nncore.normalization import Normalization

PIECE = 16  # images at a time, so that there are never many as floats
LARGEST_PIECE = 128  # and where there are thousands: more make no product faster


@dataclass(frozen=True)
class TrainedModel:
    """A network of one lane or of several members, how pixels become its inputs, and its metrics by split."""

    network: Network
    normalization: Normalization
    metrics: dict[str, dict[str, Any] | None]

    def probabilities(self, images: Images) -> Array:
        """Return the probability of each class, of shape (n, classes), for uint8 images of shape (n, ...).

        With members it is the mean of theirs.
        """
        return self.member_probabilities(images).mean(axis=0)

    def member_probabilities(self, images: Images) -> Array:
        """Return what each member answers, of shape (members, n, classes)."""
        answers = [self.network.probabilities(self.inputs(piece)) for piece in pieces(images, size=PIECE)]
        return np.concatenate(answers, axis=1)

    def is_finite_on(self, images: Images) -> bool:
        """Return whether what it says of each of the images (n, ...) comes from finite numbers, as its cost then is."""
        with np.errstate(over="ignore", invalid="ignore"):
            logits = (self.network.logits(self.inputs(piece)) for piece in pieces(images, size=PIECE))
            return all(np.isfinite(each).all() for each in logits)

    def probabilities_together(self, images: Images) -> Array:
        """Return the same for metrics, in half the time: an image's last bits depend on those that it is among."""
        size = min(max(len(images) // PIECE, PIECE), LARGEST_PIECE)
        logits = [self.network.forward(self.inputs(piece)).logits for piece in pieces(images, size=size)]
        return self.network.loss.probabilities(np.concatenate(logits, axis=2)).mean(axis=0).T

    def inputs(self, images: Pixels | Array) -> Array:
        """Return what the network sees of uint8 images of shape (n, ...): X of shape (n, d)."""
        return self.normalization.apply(images, dtype=self.network.parameters.rest.dtype)


def joined(models: Sequence[TrainedModel]) -> TrainedModel:
    """Return one model of the members of all, which are alike but for their numbers; it has no metrics."""
    networks = [model.network for model in models]
    weights = [np.concatenate(layer) for layer in zip(*(network.weights for network in networks), strict=True)]
    biases = [np.concatenate(layer) for layer in zip(*(network.biases for network in networks), strict=True)]
    network = Network.from_arrays(weights, biases, activation=networks[0].activation)
    return TrainedModel(network=network, normalization=models[0].normalization, metrics={})
