"""The files under the home: written beside their place and renamed into it, so that none is ever seen half written."""

import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DATASETS = "data/datasets"
UPLOADS = "data/uploads"
MODELS = "models"
STALE_SECONDS = 24 * 3600


class Files:
    """Files by their name within the home, such as `data/datasets/1.h5`: the database holds these names."""

    directories: tuple[str, ...] = (DATASETS, UPLOADS, MODELS)

    def __init__(self, home: Path) -> None:
        self.home = home

    def prepare(self) -> None:
        """Make the directories, and clear away what was left half written long ago."""
        for directory in self.directories:
            (self.home / directory).mkdir(parents=True, exist_ok=True)
        for path in (self.home / UPLOADS).iterdir():
            if path.stat().st_mtime < time.time() - STALE_SECONDS:
                path.unlink(missing_ok=True)

    def disk_fault(self, *, free_bytes: int) -> str | None:
        """Return why nothing more can be written on this machine, or None while so many bytes are free."""
        try:
            free = shutil.disk_usage(self.home).free
        except OSError as error:
            return f"the home cannot be read: {error.strerror}"
        return None if free >= free_bytes else f"the disk has {free} bytes left; {free_bytes} have to be free"

    def fault(self) -> str | None:
        """Return why the files cannot be reached, or None; these stand on the disk, which is asked by itself."""
        return None

    def dataset_file(self) -> str:
        """Return a name for a new dataset file."""
        return f"{DATASETS}/{uuid.uuid4().hex}.h5"

    def model_file(self, name: str, version: int) -> str:
        """Return the name of a version's parameter file."""
        return f"{MODELS}/{name}/{version}.h5"

    def path(self, file: str) -> Path:
        """Return where a file can be read."""
        return self.home / file

    def known_size(self, file: str) -> int | None:
        """Return how many bytes a file has, None where that is not known here; raises FileNotFoundError."""
        return (self.home / file).stat().st_size

    def names(self, directory: str) -> list[str]:
        """Return the names of all files under a directory, in order."""
        found = (self.home / directory).rglob("*")
        return sorted(path.relative_to(self.home).as_posix() for path in found if path.is_file())

    @contextmanager
    def temporary(self) -> Iterator[Path]:
        """Yield a path to write to, on the same filesystem; what is left there is removed after the block."""
        path = self.home / UPLOADS / uuid.uuid4().hex
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def publish(self, temporary: Path, file: str) -> None:
        """Put a finished temporary file in its place, to stay there even if the power fails now."""
        target = self.path(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        synchronize(temporary)
        temporary.replace(target)
        synchronize(target.parent)

    def remove(self, file: str) -> None:
        """Remove a file, if it is there."""
        self.path(file).unlink(missing_ok=True)

    def remove_all(self, directory: str) -> None:
        """Remove all files under a directory, if there are any."""
        shutil.rmtree(self.path(directory), ignore_errors=True)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def synchronize(path: Path) -> None:
    """Have the disk keep what was written to a file or a directory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
