"""A zip of class folders as large as one wants: pictures of stripes, whose direction is their class."""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from nncore.arrays import Pixels

CLASSES = 10
SIDE = 64


def write_zip(path: Path, *, train: int, test: int) -> None:
    """Write so many JPEG pictures of 64 x 64 for training and for testing, in as many of each class."""
    random = np.random.default_rng(0)
    with zipfile.ZipFile(path, "w") as archive:
        for split, count in (("train", train), ("test", test)):
            for number in range(count):
                label = number % CLASSES
                archive.writestr(f"{split}/stripes-{label}/{number:06}.jpg", jpeg(stripes(random, label)))


def stripes(random: np.random.Generator, label: int) -> Pixels:
    """Draw dark and bright stripes of two colours in the direction of a class, of shape (64, 64, 3)."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    angle = np.pi * label / CLASSES + random.normal(0, 0.05)
    wave = np.cos(2 * np.pi * (random.uniform(2, 3) * (x * np.cos(angle) + y * np.sin(angle)) + random.normal(0, 0.1)))
    bright, dark = random.uniform(130, 215, 3), random.uniform(40, 125, 3)
    noise = random.integers(-20, 21, (SIDE, SIDE, 3), dtype=np.int8)
    return np.clip((bright + dark + wave[..., np.newaxis] * (bright - dark)) / 2 + noise, 0, 255).astype(np.uint8)


def jpeg(pixels: Pixels) -> bytes:
    """Return a JPEG file of pixels."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue()
