"""Find the images that a model errs on most, in the dataset that it was trained on."""

from collections.abc import Iterator

import numpy as np

from app.errors import DatasetNotFound, ImageNotFound
from app.schemas.hardest import HardestAnswer, HardImage
from app.schemas.models import ModelReference
from app.services.dataset_pictures import StoredImages, find_images, still_there
from app.services.served_models import ServedModel, ServedModels
from app.storage.dataset_file import read_batches
from app.storage.store import Store

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
        images = sorted(_judged(found, stored, split=split), key=lambda image: -image.cost)[:limit]
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


def _judged(found: ServedModel, stored: StoredImages, *, split: str) -> Iterator[HardImage]:
    classes = found.version.classes
    index = 0
    for images, labels in read_batches(stored.path, split=split, size=BATCH):
        probabilities = found.model.probabilities(images)
        for row, label in zip(probabilities, labels, strict=True):
            predicted = int(row.argmax())
            yield HardImage(
                index=index,
                label=classes[label],
                predicted=classes[predicted],
                probability=float(row[predicted]),
                cost=float(-np.log(max(row[label], np.finfo(row.dtype).tiny))),
            )
            index += 1
