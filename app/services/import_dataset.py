"""Turn uploaded files into a dataset: all of it, or nothing."""

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app import archives, hdf5_upload
from app.archive_layout import arrange
from app.archives import Archive, open_archive
from app.errors import DatasetNotFound, InvalidDataset, NameTaken, ServiceError, TooManyImages
from app.hdf5_process import read_split_apart
from app.hdf5_upload import MAX_CLASSES, Hdf5Split
from app.images import IMAGE_SHAPE, resize
from app.schemas.clock import now
from app.schemas.datasets import Dataset, SkippedFile
from app.schemas.idempotency import RequestKey
from app.services import dataset_report
from app.services.dataset_report import Split
from app.services.decoded_pictures import decoded_pictures
from app.services.quotas import check_datasets, check_room
from app.settings import Settings
from app.storage import datasets, idempotency
from app.storage.dataset_spool import DatasetSpool, SplitSpool, write_dataset
from app.storage.store import Store

FEWEST_CLASSES = 2
NAMED_SKIPPED = 1000


@dataclass(frozen=True)
class Progress:
    """How many pictures of a file have been looked at, of how many."""

    done: int
    total: int


Steps: TypeAlias = Generator[Progress, None, Dataset]
"""An import in progress: each `next` is a picture, and in the end there is the dataset."""


@dataclass(frozen=True)
class Collected:
    """What an upload turned out to hold, beside the images in the spool."""

    classes: Sequence[str]
    skipped: Sequence[SkippedFile] = field(default=())


def finish(steps: Steps) -> Dataset:
    """Take an import to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            dataset: Dataset = end.value
            return dataset


def import_hdf5(
    name: str,
    *,
    train: Path,
    test: Path | None,
    store: Store,
    settings: Settings,
    key: RequestKey | None = None,
    asked_by: str | None = None,
) -> Steps:
    """Store the images of a training file and perhaps a test file, in the layout of the cat images.

    Raises NameTaken, QuotaExceeded, InvalidDataset, TooManyImages.
    """
    made = made_before(name, key=key, asked_by=asked_by, store=store, settings=settings)
    if made is not None:
        return made
    with DatasetSpool(store.files) as spool:
        classes = yield from _collect_split(train, "train", spool=spool, store=store, settings=settings)
        if test is not None:
            others = yield from _collect_split(test, "test", spool=spool, store=store, settings=settings)
            if others != classes:
                raise InvalidDataset(
                    f"the test file has the classes {others}, the training file {classes}; both must have the same, "
                    "in the same order"
                )
        collected = Collected(classes=classes)
        return _store(name, collected, spool=spool, store=store, settings=settings, key=key, asked_by=asked_by)


def import_archive(
    name: str,
    *,
    archive: Path,
    store: Store,
    settings: Settings,
    key: RequestKey | None = None,
    asked_by: str | None = None,
) -> Steps:
    """Store the pictures of a zip that has a folder per class, or train/ and test/ with such folders.

    Raises NameTaken, QuotaExceeded, InvalidArchive, InvalidDataset, TooManyImages.
    """
    made = made_before(name, key=key, asked_by=asked_by, store=store, settings=settings)
    if made is not None:
        return made
    limits = archives.Limits(
        entries=2 * settings.max_images + 1000,  # __MACOSX doubles them
        bytes=settings.max_archive_bytes,
        file_bytes=settings.max_image_bytes,
    )
    with DatasetSpool(store.files) as spool, open_archive(archive, limits=limits) as opened:
        collected = yield from _collect_pictures(opened, spool=spool, settings=settings)
        return _store(name, collected, spool=spool, store=store, settings=settings, key=key, asked_by=asked_by)


def made_before(
    name: str, *, key: RequestKey | None, asked_by: str | None, store: Store, settings: Settings
) -> Dataset | None:
    """Return the dataset that was made for this key, before any work is done for another; None where there is none.

    Raises IdempotencyKeyReused, NameTaken if there is a dataset of this name, QuotaExceeded if there may be no more.
    """
    with store.database.read() as connection:
        made = idempotency.find(connection, key)
        if made is not None:
            return datasets.get(connection, made)
        try:
            datasets.get(connection, name)
        except DatasetNotFound:
            check_datasets(connection, asked_by=asked_by, settings=settings)
            check_room(connection, more=1, asked_by=asked_by, settings=settings)
            return None
    raise NameTaken(f"there is a dataset {name!r} already; delete it, or take another name")


def _collect_split(
    path: Path, name: str, *, spool: DatasetSpool, store: Store, settings: Settings
) -> Generator[Progress, None, list[str]]:
    """Put the images of an HDF5 file into the spool and return its class names."""
    limits = hdf5_upload.Limits(
        images=settings.max_images - sum(len(split.hashes) for split in spool.splits.values()),
        pixels=settings.max_pixels,
        bytes=settings.max_archive_bytes,
    )
    with store.files.temporary() as pixels:
        found = read_split_apart(path, split=name, pixels=pixels, limits=limits)
        split = spool.split(name)
        for done, (image, label) in enumerate(zip(_images(pixels, found), found.labels, strict=True)):
            yield Progress(done, total=len(found.labels))
            split.add(image, class_name=found.classes[label])
    return found.classes


def _images(pixels: Path, found: Hdf5Split) -> Iterator[NDArray[np.uint8]]:
    """Give each image as the network sees it, of shape (64, 64, 3)."""
    count, *shape = found.shape
    with pixels.open("rb") as file:
        for _ in range(count):
            image = np.fromfile(file, dtype=np.uint8, count=math.prod(shape)).reshape(shape)
            yield image if image.shape == IMAGE_SHAPE else resize(image)


def _collect_pictures(
    archive: Archive, *, spool: DatasetSpool, settings: Settings
) -> Generator[Progress, None, Collected]:
    pictures, left_out = arrange(archive.paths)
    if len(pictures) > settings.max_images:
        raise TooManyImages(f"the archive has {len(pictures)} files in folders; at most {settings.max_images} are read")
    skipped = [SkippedFile(filename=file.path, code=file.code, detail=file.detail) for file in left_out]
    for done, (picture, pixels) in enumerate(decoded_pictures(archive, pictures, settings=settings)):
        yield Progress(done, total=len(pictures))
        if isinstance(pixels, ServiceError):
            skipped.append(SkippedFile(filename=picture.path, code=pixels.code, detail=pixels.detail))
        else:
            spool.split(picture.split).add(pixels, class_name=picture.class_name)
    return Collected(classes=_classes_of(spool), skipped=skipped)


def _classes_of(spool: DatasetSpool) -> list[str]:
    """The classes that have training images, by name.

    Raises InvalidDataset where there are more than an HDF5 file may have, and where the test has another one.
    """
    found = {name: set(split.class_names) for name, split in spool.splits.items()}
    train = found.get("train", set())
    if len(train) > MAX_CLASSES:
        raise InvalidDataset(f"there are folders of {len(train)} classes with pictures; at most {MAX_CLASSES} are read")
    if unknown := sorted(found.get("test", set()) - train):
        first = unknown[:10]
        raise InvalidDataset(f"test/ has the classes {first}, of which train/ has no picture; both must have them")
    return sorted(train)


def _store(
    name: str,
    collected: Collected,
    *,
    spool: DatasetSpool,
    store: Store,
    settings: Settings,
    key: RequestKey | None,
    asked_by: str | None,
) -> Dataset:
    """Describe what was collected, write its file, and add its row once the file is in its place."""
    dataset = _described(name, collected, spool=spool)
    file = store.files.dataset_file()
    with store.files.temporary() as path:
        write_dataset(path, splits=spool.splits, classes=dataset.classes, image_shape=IMAGE_SHAPE)
        size = path.stat().st_size
        store.files.publish(path, file)  # of which nobody knows the name yet: no transaction need wait for it
    try:
        with store.database.write() as connection:
            made = idempotency.find(connection, key)  # by a request at the same time
            if made is None:
                check_datasets(connection, asked_by=asked_by, settings=settings)
                check_room(connection, more=size, asked_by=asked_by, settings=settings)
                datasets.insert(connection, dataset=dataset, file=file, size=size, asked_by=asked_by)
                idempotency.keep(connection, key, made=name)
                return dataset
            dataset = datasets.get(connection, made)
    except BaseException:
        store.files.remove(file)
        raise
    store.files.remove(file)
    return dataset


def _described(name: str, collected: Collected, *, spool: DatasetSpool) -> Dataset:
    classes = list(collected.classes)
    splits = {key: Split(class_names=split.class_names, hashes=split.hashes) for key, split in spool.splits.items()}
    _check_classes(spool.splits.get("train"), skipped=collected.skipped)
    return Dataset(
        name=name,
        digest=dataset_report.digest(splits, classes=classes),
        classes=classes,
        images={key: len(split.hashes) for key, split in splits.items()},
        counts=dataset_report.counts(splits, classes=classes),
        image_shape=list(IMAGE_SHAPE),
        skipped=list(collected.skipped[:NAMED_SKIPPED]),
        skipped_count=len(collected.skipped),
        warnings=dataset_report.warnings(splits, classes=classes),
        created_at=now(),
    )


def _check_classes(train: SplitSpool | None, *, skipped: Sequence[SkippedFile]) -> None:
    found = sorted(set(train.class_names)) if train else []
    if len(found) >= FEWEST_CLASSES:
        return
    what = f"of the class {found[0]!r} alone" if found else "of no class at all"
    first = (
        f"; skipped were {len(skipped)} files, the first {skipped[0].filename!r}: {skipped[0].detail}"
        if skipped
        else ""
    )
    raise InvalidDataset(f"there are training images {what}; at least {FEWEST_CLASSES} classes are needed{first}")
