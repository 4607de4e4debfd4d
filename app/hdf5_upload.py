"""Images and labels out of an HDF5 file that a stranger made, in the layout of the cat images.

A split `train` is the datasets train_set_x, uint8 of shape (n, height, width, 3), train_set_y, integers of shape (n,),
and list_classes, the names of the classes. Nothing is read before links, layout, type, shape and filters are judged.
HDF5's own reader can be caught in an endless loop by a hostile file: app.hdf5_process has it work in a process apart.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidDataset, TooManyImages
from app.hdf5_filters import check_chunks

CHANNELS = 3
MAX_CLASSES = 1000
MAX_CLASS_NAME = 200  # letters
SLAB_BYTES = 16 * 2**20
CHUNK_CACHE_BYTES = 64 * 2**20
KNOWN_LAYOUTS = (h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED)


@dataclass(frozen=True)
class Limits:
    """How much one split may declare: images, pixels of one image, and bytes of all pixels together."""

    images: int
    pixels: int
    bytes: int


@dataclass(frozen=True)
class Hdf5Split:
    """What a split holds beside its pixels: their shape (n, height, width, 3), the labels and the class names."""

    shape: tuple[int, int, int, int]
    labels: list[int]
    classes: list[str]


def read_split(path: Path, *, split: str, pixels: Path, limits: Limits) -> Hdf5Split:
    """Write the pixels of a split, without any header, to the file `pixels`, and return the rest.

    Raises InvalidDataset for anything that is not as it must be, TooManyImages for more than the limit.
    """
    try:
        with h5py.File(path, "r", rdcc_nbytes=CHUNK_CACHE_BYTES) as file:
            images = _images(file, f"{split}_set_x", limits=limits)
            classes = _classes(file, "list_classes")
            labels = _labels(file, f"{split}_set_y", count=len(images), classes=classes)
            with pixels.open("wb") as out:
                for slab in _slabs(images):
                    out.write(slab.tobytes())
            return Hdf5Split(shape=images.shape, labels=labels, classes=classes)
    except (InvalidDataset, TooManyImages):
        raise
    except Exception as error:
        reason = str(error).replace(str(path), "the file")
        raise InvalidDataset(f"the file cannot be read as HDF5, it is truncated or damaged: {reason}") from error


def _open(file: h5py.File, name: str) -> h5py.Dataset:
    """Open a dataset that lies in this very file, and nowhere else; nothing of it is read."""
    if name not in file.keys():  # noqa: SIM118 - `in file` would follow a link
        found = ", ".join(sorted(file.keys())[:10]) or "nothing"
        raise InvalidDataset(f"there is no dataset {name} in the file, but {found}; {_WANTED}")
    if file.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
        raise InvalidDataset(f"{name} is a link to another place; it must be a dataset in the file itself")
    if h5py.h5o.get_info(file.id, name.encode()).type != h5py.h5o.TYPE_DATASET:
        raise InvalidDataset(f"{name} is no dataset but a group or a type; {_WANTED}")
    identifier = h5py.h5d.open(file.id, name.encode())
    creation = identifier.get_create_plist()
    if creation.get_layout() not in KNOWN_LAYOUTS:
        raise InvalidDataset(f"{name} is a virtual dataset; its values must stand in the file itself")
    if creation.get_external_count():
        raise InvalidDataset(f"{name} has its values in other files; they must stand in the file itself")
    return h5py.Dataset(identifier)


def _images(file: h5py.File, name: str, *, limits: Limits) -> h5py.Dataset:
    images = _open(file, name)
    wanted = f"it must be uint8 of shape (images, height, width, {CHANNELS})"
    if images.dtype != np.uint8 or len(images.shape or ()) != 4 or images.shape[3] != CHANNELS:
        raise InvalidDataset(f"{name} is {images.dtype} of shape {images.shape}; {wanted}")
    count, height, width, _ = images.shape
    if 0 in images.shape:
        raise InvalidDataset(f"{name} is of shape {images.shape} and so without a pixel; {wanted}")
    if count > limits.images:
        raise TooManyImages(f"{name} has {count} images; a dataset may have {limits.images}")
    if height * width > limits.pixels:
        raise InvalidDataset(f"{name} has images of {width} x {height} pixels; at most {limits.pixels} pixels are read")
    if math.prod(images.shape) > limits.bytes:
        raise InvalidDataset(f"{name} has {math.prod(images.shape)} bytes of pixels; at most {limits.bytes} are read")
    check_chunks(images, name=name)
    return images


def _labels(file: h5py.File, name: str, *, count: int, classes: list[str]) -> list[int]:
    dataset = _open(file, name)
    if dataset.dtype.kind not in "iu" or dataset.shape != (count,):
        raise InvalidDataset(
            f"{name} is {dataset.dtype} of shape {dataset.shape}; it must be integers of shape ({count},), one an image"
        )
    check_chunks(dataset, name=name)
    labels = [int(label) for label in dataset[()]]
    if wrong := sorted({label for label in labels if not 0 <= label < len(classes)}):
        raise InvalidDataset(f"{name} has labels {wrong[:5]}; {len(classes)} classes have 0 to {len(classes) - 1}")
    return labels


def _classes(file: h5py.File, name: str) -> list[str]:
    dataset = _open(file, name)
    string = h5py.check_string_dtype(dataset.dtype)
    if string is None or len(dataset.shape or ()) != 1 or (string.length or 0) > 4 * MAX_CLASS_NAME:
        raise InvalidDataset(f"{name} is {dataset.dtype} of shape {dataset.shape}; it must be a list of class names")
    if not 2 <= len(dataset) <= MAX_CLASSES:
        raise InvalidDataset(f"{name} has {len(dataset)} class names; it must have 2 to {MAX_CLASSES}")
    check_chunks(dataset, name=name)
    names = [_class_name(value, name) for value in dataset[()]]
    if len(set(names)) < len(names):
        raise InvalidDataset(f"{name} has a class name twice: {', '.join(names[:10])}; each must be there once")
    return names


def _class_name(value: bytes | str, name: str) -> str:
    try:
        text = value.decode() if isinstance(value, bytes) else value
    except UnicodeDecodeError as error:
        raise InvalidDataset(f"{name} has a class name {value!r}; it must be text in UTF-8") from error
    if not 0 < len(text) <= MAX_CLASS_NAME or not text.isprintable():
        raise InvalidDataset(
            f"{name} has a class name {text[:MAX_CLASS_NAME]!r}; it must have 1 to {MAX_CLASS_NAME} printable letters"
        )
    return text


def _slabs(images: h5py.Dataset) -> Iterator[NDArray[np.uint8]]:
    """Give the images a few at a time, so that memory does not grow with their number."""
    step = max(1, SLAB_BYTES // math.prod(images.shape[1:]))
    for start in range(0, len(images), step):
        yield images[start : start + step]


_WANTED = (
    "a training file holds train_set_x, train_set_y and list_classes, a test file test_set_x, test_set_y and those"
)
