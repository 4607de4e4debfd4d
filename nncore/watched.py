"""Images that are looked at during training but not trained on."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nncore.arrays import Array, Indices, Labels
from nncore.inputs import inputs_of
from nncore.network import Network
from nncore.normalization import Normalization
from nncore.splits import Split


@dataclass(frozen=True)
class Watched:
    """A split as the first layer sees it, made once, and what the network should answer."""

    batch: Any
    targets: Array
    labels: Labels

    @classmethod
    def of(cls, split: Split, *, network: Network, normalization: Normalization, classes: int) -> "Watched":
        """Prepare a split for a network in training."""
        dtype = network.parameters.rest.dtype
        X = inputs_of(split.images, normalization=normalization, dtype=dtype.name)
        targets = network.loss.targets(split.labels, classes=classes).astype(dtype)
        return cls(batch=network.first_layer.others(X), targets=targets, labels=split.labels)

    def look(self, network: Network) -> tuple[Array, Array]:
        """Return mean cost and accuracy of each lane, both of shape (lanes,)."""
        logits = network.forward(self.batch).logits
        right = network.loss.answers(logits) == self.labels
        return network.loss.costs(logits, self.targets).mean(axis=1), np.mean(right, axis=1)

    def keep(self, lanes: Indices, *, network: Network) -> "Watched":
        """Return the split for these lanes alone."""
        return replace(self, batch=network.first_layer.select(self.batch, lanes))
