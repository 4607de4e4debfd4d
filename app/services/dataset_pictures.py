"""Show the images of a dataset: one as it is, or many on a sheet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.contact_sheet import contact_sheet
from app.errors import DatasetNotFound, ImageNotFound, InvalidRequest
from app.images import to_png
from app.schemas.datasets import Dataset
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


@dataclass(frozen=True)
class Sheet:
    """Which images stand on a sheet: those of a split, or of one class in it, from `start` on."""

    split: str
    class_name: str | None
    start: int
    limit: int
    columns: int


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


def draw_sheet(stored: StoredImages, sheet: Sheet) -> bytes:
    """Return the images of a sheet as one PNG; raises ImageNotFound where there is none of them, InvalidRequest."""
    with still_there(stored.dataset.name):
        chosen = _indices(stored, sheet)
        wanted = chosen[sheet.start : sheet.start + sheet.limit].tolist()
        if not wanted:
            of_class = "" if sheet.class_name is None else f" of the class {sheet.class_name!r}"
            there = f"{len(chosen)} images{of_class}, and none from {sheet.start} on"
            raise ImageNotFound(f"{_split(stored.dataset, sheet.split)} has {there}")
        images = read_images(stored.path, split=sheet.split, indices=wanted)
    return to_png(contact_sheet(images, columns=sheet.columns))


@contextmanager
def still_there(name: str) -> Iterator[None]:
    """Tell of a dataset whose file was deleted since it was found."""
    try:
        yield
    except FileNotFoundError as error:
        raise DatasetNotFound(f"the dataset {name!r} is no longer there") from error


def _indices(stored: StoredImages, sheet: Sheet) -> NDArray[np.intp]:
    """Return the indices of all images of which the sheet shows some, of shape (images,)."""
    dataset = stored.dataset
    count = _count(dataset, sheet.split)
    if sheet.class_name is None:
        return np.arange(count)
    return np.flatnonzero(read_labels(stored.path, split=sheet.split) == _label(dataset, sheet.class_name))


def _count(dataset: Dataset, split: str) -> int:
    if split not in dataset.images:
        raise ImageNotFound(f"the dataset {dataset.name!r} has no split {split!r}, but {', '.join(dataset.images)}")
    return dataset.images[split]


def _label(dataset: Dataset, class_name: str) -> int:
    if class_name not in dataset.classes:
        detail = f"the dataset {dataset.name!r} has no class {class_name!r}, but {', '.join(dataset.classes)}"
        raise InvalidRequest.at("/query/class", detail)
    return dataset.classes.index(class_name)


def _split(dataset: Dataset, split: str) -> str:
    return f"the split {split!r} of the dataset {dataset.name!r}"
