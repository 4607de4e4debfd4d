"""Show the images of a dataset: one as it is, or many on a sheet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.contact_sheet import contact_sheet
from app.errors import DatasetNotFound, FieldProblem, ImageNotFound, InvalidRequest
from app.images import to_png
from app.schemas import Dataset
from app.storage import datasets
from app.storage.dataset_file import read_images, read_labels
from app.storage.store import Store


@dataclass(frozen=True)
class StoredImages:
    """A dataset and the file in which its images are kept; the file is never written again."""

    dataset: Dataset
    path: Path

    @property
    def tag(self) -> str:
        """What tells these images from all others, in their order, which the digest does not know of."""
        return f"{self.dataset.digest}-{self.path.stem}"


def find_images(name: str, *, store: Store) -> StoredImages:
    """Return where the images of a dataset are; raises DatasetNotFound."""
    with store.database.read() as connection:
        file, dataset = datasets.file_of(connection, name), datasets.get(connection, name)
    with still_there(name):
        return StoredImages(dataset=dataset, path=store.files.path(file))


def draw_image(stored: StoredImages, *, split: str, index: int) -> bytes:
    """Return one image as PNG; raises ImageNotFound."""
    count = _count(stored.dataset, split)
    if index >= count:
        raise ImageNotFound(f"{_split(stored.dataset, split)} has the images 0 to {count - 1}, and no image {index}")
    with still_there(stored.dataset.name):
        [image] = read_images(stored.path, split=split, indices=[index])
    return to_png(image)


def draw_sheet(stored: StoredImages, *, split: str, class_name: str | None, limit: int, columns: int) -> bytes:
    """Return the first images of a split, or of one class in it, as one PNG; raises ImageNotFound, InvalidRequest."""
    dataset = stored.dataset
    chosen = np.arange(_count(dataset, split))
    with still_there(dataset.name):
        if class_name is not None:
            chosen = np.flatnonzero(read_labels(stored.path, split=split) == _label(dataset, class_name))
        if not len(chosen):
            raise ImageNotFound(f"{_split(dataset, split)} has no image of the class {class_name!r}")
        images = read_images(stored.path, split=split, indices=chosen[:limit].tolist())
    return to_png(contact_sheet(images, columns=columns))


@contextmanager
def still_there(name: str) -> Iterator[None]:
    """Tell of a dataset whose file was deleted since it was found."""
    try:
        yield
    except FileNotFoundError as error:
        raise DatasetNotFound(f"the dataset {name!r} is no longer there") from error


def _count(dataset: Dataset, split: str) -> int:
    if split not in dataset.images:
        raise ImageNotFound(f"the dataset {dataset.name!r} has no split {split!r}, but {', '.join(dataset.images)}")
    return dataset.images[split]


def _label(dataset: Dataset, class_name: str) -> int:
    if class_name not in dataset.classes:
        detail = f"the dataset {dataset.name!r} has no class {class_name!r}, but {', '.join(dataset.classes)}"
        raise InvalidRequest(detail, errors=[FieldProblem(pointer="/query/class", detail=detail)])
    return dataset.classes.index(class_name)


def _split(dataset: Dataset, split: str) -> str:
    return f"the split {split!r} of the dataset {dataset.name!r}"
