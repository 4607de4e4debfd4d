"""Find the images that a model errs on most, in the dataset that it was trained on."""

import heapq
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.errors import DatasetNotFound, ImageNotFound
from app.schemas.hardest import HardestAnswer, HardImage
from app.schemas.models import ModelReference
from app.services.dataset_pictures import StoredImages, find_images, still_there
from app.services.served_models import ServedModel, ServedModels
from app.storage.dataset_file import read_batches, read_images
from app.storage.store import Store
from nncore import metrics

BATCH = 512  # images in memory at a time


def hardest_images(
    name: str, version: int, *, split: str, limit: int, store: Store, served: ServedModels
) -> HardestAnswer:
    """Return the images of a split that cost most, the costliest first.

    Raises ModelNotFound, ModelNotServable, DatasetNotFound where the dataset has gone or is another one, ImageNotFound.
    """
    found = served.find(f"{name}:{version}")
    stored = _dataset_of(found, store=store)
    if split not in stored.dataset.images:
        raise ImageNotFound(f"the dataset {stored.dataset.name!r} has no split {split!r}")
    with still_there(stored.dataset.name):
        chosen = heapq.nlargest(
            limit, _costs(found, stored, split=split), key=lambda image: (image.cost, -image.number)
        )
        images = sorted(_judged(chosen, found, stored, split=split), key=lambda image: -image.cost)
    reference = ModelReference(name=name, version=version)
    return HardestAnswer(model=reference, dataset=stored.dataset.name, split=split, items=images)


def _dataset_of(found: ServedModel, *, store: Store) -> StoredImages:
    wanted = found.version.dataset
    if wanted.name is None:
        raise DatasetNotFound(f"{found.version.name}:{found.version.version} does not say which dataset it is of")
    stored = find_images(wanted.name, store=store)
    if stored.dataset.digest != wanted.digest:
        raise DatasetNotFound(f"the dataset {wanted.name!r} is no longer the one that the model was trained on")
    return stored


class Costly(NamedTuple):
    """An image by what it costs, but for the last bits."""

    cost: float
    number: int
    label: int


def _costs(found: ServedModel, stored: StoredImages, *, split: str) -> Iterator[Costly]:
    start = 0
    for images, labels in read_batches(stored.path, split=split, size=BATCH):
        costs = metrics.costs(found.model.probabilities_together(images), labels).tolist()
        yield from map(Costly, costs, range(start, start + len(costs)), labels.tolist())
        start += len(costs)


def _judged(chosen: list[Costly], found: ServedModel, stored: StoredImages, *, split: str) -> Iterator[HardImage]:
    """Say of these images what a prediction of each would say, with the same bits."""
    if not chosen:
        return
    classes, labels = found.version.classes, np.array([image.label for image in chosen])
    images = read_images(stored.path, split=split, indices=[image.number for image in chosen])
    probabilities = found.model.probabilities(images)
    for image, row, cost in zip(chosen, probabilities, metrics.costs(probabilities, labels), strict=True):
        predicted = int(row.argmax())
        yield HardImage(
            index=image.number,
            label=classes[image.label],
            predicted=classes[predicted],
            probability=float(row[predicted]),
            cost=float(cost),
        )
