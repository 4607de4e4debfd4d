"""The HDF5 file in which a dataset is kept: written by the import alone, so it can be trusted."""

from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

Split = tuple[NDArray[np.uint8], NDArray[np.int64]]


def read_splits(path: Path) -> dict[str, Split]:
    """Return images, uint8 of shape (n, height, width, 3), and labels of shape (n,), of `train` and perhaps `test`."""
    with h5py.File(path, "r") as file:
        return {split: _read(file, split) for split in ("train", "test") if f"{split}_set_x" in file}


def _read(file: h5py.File, split: str) -> Split:
    return file[f"{split}_set_x"][()], file[f"{split}_set_y"][()].astype(np.int64)
