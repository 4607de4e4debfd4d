"""A parameter file as an archive of NumPy arrays, `.npz`, that needs no pickle to be read."""

import io
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nncore import parameter_file


def array_archive(path: Path) -> bytes:
    """Return all arrays and attributes under the names that they have in the parameter file, the JSON as text.

    Raises InvalidParameterFile.
    """
    arrays = parameter_file.arrays(parameter_file.read(path).model)
    with h5py.File(path, "r") as file:
        texts = {name: np.asarray(file.attrs[name]) for name in ("format_version", *parameter_file.ATTRIBUTES)}
    return packed(arrays | texts)


def packed(arrays: dict[str, Any]) -> bytes:
    """Return arrays as the bytes of a compressed `.npz`."""
    archive = io.BytesIO()
    np.savez_compressed(archive, allow_pickle=False, **arrays)
    return archive.getvalue()
