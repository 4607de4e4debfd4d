"""Labelled images: what is trained on, validated on and tested on."""

from dataclasses import dataclass

import numpy as np

from nncore.arrays import Indices, Labels
from nncore.errors import InvalidData
from nncore.folds import stratified_split
from nncore.hyperparameters import Hyperparameters
from nncore.image_source import Images, choose


@dataclass(frozen=True)
class Split:
    """Images of shape (n, ...), uint8 or finite floats, and their labels (n,), which count the classes from 0."""

    images: Images
    labels: Labels

    def take(self, indices: Indices) -> "Split":
        """Return these images alone."""
        return Split(choose(self.images, indices), self.labels[indices])

    def check(self, *, classes: int) -> None:
        """Raise InvalidData unless there are images, as many labels, and labels are whole numbers below `classes`."""
        images, labels = self.images, self.labels
        if not (images.dtype == np.uint8 or np.issubdtype(images.dtype, np.floating)) or images.ndim < 2:
            raise InvalidData(f"images are {images.dtype} of shape {images.shape}; uint8 of shape (n, ...) is right")
        if not _are_finite(images):
            raise InvalidData("images hold numbers that are not finite")
        if len(images) == 0:
            raise InvalidData("there are no images; training needs at least one")
        if labels.shape != (len(images),):
            raise InvalidData(
                f"labels are of shape {labels.shape}; with {len(images)} images ({len(images)},) is right"
            )
        if not np.issubdtype(labels.dtype, np.integer):
            raise InvalidData(f"labels are {labels.dtype}; whole numbers are right")
        if classes < 2 or labels.min() < 0 or labels.max() >= classes:
            found = f"labels go from {labels.min()} to {labels.max()}"
            raise InvalidData(f"{found}; with {classes} classes 0 to {classes - 1} is right")


@dataclass(frozen=True)
class Splits:
    """The splits of one training."""

    train: Split
    validation: Split | None = None
    test: Split | None = None

    @classmethod
    def make(cls, train: Split, *, test: Split | None, classes: int, hyperparameters: Hyperparameters) -> "Splits":
        """Check the splits, and part the validation images from the others where a fraction is asked for."""
        for split in filter(None, (train, test)):
            split.check(classes=classes)
        fraction = hyperparameters.validation_fraction
        if not fraction:
            return cls(train=train, test=test)
        kept, held_out = stratified_split(train.labels, fraction=fraction, seed=hyperparameters.seed)
        if len(held_out) == 0:
            raise InvalidData("no class has two images; a validation_fraction needs at least one such class")
        return cls(train=train.take(kept), validation=train.take(held_out), test=test)


def _are_finite(images: Images) -> bool:
    if not isinstance(images, np.ndarray) or images.dtype == np.uint8:
        return True
    return bool(np.isfinite(images.sum()) or np.isfinite(images).all())
