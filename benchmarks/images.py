"""The images that the benchmarks train on: the series' cats where they are, random pixels of any number."""

from pathlib import Path

import h5py
import numpy as np

from nncore.arrays import Labels, Pixels

CATS = Path(__file__).parents[2] / "shared" / "data" / "cat-vs-noncat"
SHAPE = (64, 64, 3)


def cats(split: str = "train") -> tuple[Pixels, Labels]:
    """Return the cat images of a split and their labels, or random pixels where they are not on this machine."""
    path = CATS / f"{split}_catvnoncat.h5"
    if not path.is_file():
        return random_images(209 if split == "train" else 50)
    with h5py.File(path) as file:
        return file[f"{split}_set_x"][:], file[f"{split}_set_y"][:]


def random_images(n: int) -> tuple[Pixels, Labels]:
    """Return n images of random pixels and random labels of two classes."""
    random = np.random.default_rng(0)
    return random.integers(0, 256, (n, *SHAPE), dtype=np.uint8), random.integers(0, 2, n)
