"""Gram matrices of datasets, kept on this machine: what is missing is computed again, with the same bits."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.storage.files import synchronize
from app.storage.least_recently_used import make_room
from nncore.arrays import Array
from nncore.gram import Grams, Strips, gram_matrix
from nncore.inputs import Inputs

Exchange = Callable[[str], Strips]
"""Where strips of the matrix of a key are exchanged with others who compute it at the same time."""


class GramCache:
    """A directory for each dataset, by its digest, and in it a file for each way in which its images are seen."""

    def __init__(self, directory: Path, *, limit: int) -> None:
        """Keep files of so many bytes at most, those that were used last."""
        self._directory = directory
        self._limit = limit

    def of_dataset(self, digest: str, *, exchange: Exchange | None = None) -> Grams:
        """Return what gives the Gram matrices of a dataset, computed together with others where there are any."""
        return _StoredGrams(self, directory=self._of(digest), exchange=exchange)

    def forget(self, digest: str) -> None:
        """Remove what is kept of a dataset."""
        shutil.rmtree(self._of(digest), ignore_errors=True)

    def store(self, gram: Array, path: Path) -> None:
        """Keep a matrix, where there is room for it: nobody has to know that there is none."""
        with contextlib.suppress(OSError):
            if make_room(self._directory.glob("*/*.npy"), size=gram.nbytes, limit=self._limit):
                _write(gram, path)

    def _of(self, digest: str) -> Path:
        return self._directory / digest.replace(":", "-")


class _StoredGrams(Grams):
    """The Gram matrices of one dataset."""

    def __init__(self, cache: GramCache, *, directory: Path, exchange: Exchange | None) -> None:
        super().__init__()
        self._cache = cache
        self._directory = directory
        self._exchange = exchange

    def _make(self, X: Inputs, *, key: str) -> Array:
        path = self._directory / f"{key}.npy"
        found = _read(path, like=X)
        if found is not None:
            return found
        gram = gram_matrix(X, strips=self._exchange and self._exchange(key))
        self._cache.store(gram, path)
        return gram


def _read(path: Path, *, like: Inputs) -> Array | None:
    try:
        gram: Array = np.load(path, allow_pickle=False)
        os.utime(path)
    except (OSError, EOFError, ValueError):
        return None
    return gram if gram.dtype == like.dtype and gram.shape == (len(like), len(like)) else None


def _write(gram: Array, path: Path) -> None:
    """Write beside the place and rename into it, so that no reader sees half a matrix, even if the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        with temporary.open("wb") as file:
            np.save(file, gram, allow_pickle=False)
        synchronize(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
