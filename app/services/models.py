"""Look at models and their versions, bring one from elsewhere, delete them."""

import errno
import shutil
from pathlib import Path
from typing import BinaryIO

from app.errors import ModelNotFound, ModelNotServable
from app.hdf5_process import check_parameters_apart
from app.schemas.models import Model, ModelVersion
from app.schemas.pages import Page
from app.services.quotas import check_room
from app.services.register_version import register_version
from app.settings import Settings
from app.storage import models
from app.storage.database import Connection
from app.storage.files import sha256_of
from app.storage.store import Store

PAGE = 500
NOT_GIVEN = (errno.EACCES, errno.EPERM, errno.EIO, errno.EISDIR, errno.ENOTDIR, errno.ELOOP)
"""What a disk says of one file that it does not give; anything else is the fault of more than that file."""


def get_model(name: str, *, store: Store) -> Model:
    """Return a model with its versions; raises ModelNotFound."""
    with store.database.read() as connection:
        return models.get(connection, name)


def list_models(*, store: Store, limit: int, cursor: str | None) -> Page[Model]:
    """Return models by name."""
    with store.database.read() as connection:
        return models.page(connection, limit=limit, cursor=cursor)


def all_models(*, store: Store) -> list[Model]:
    """Return all models by name."""
    found: list[Model] = []
    cursor: str | None = ""
    with store.database.read() as connection:
        while cursor is not None:
            page = models.page(connection, limit=PAGE, cursor=cursor)
            found += page.items
            cursor = page.next
    return found


def get_version(name: str, version: int, *, store: Store) -> ModelVersion:
    """Return one version of a model; raises ModelNotFound."""
    with store.database.read() as connection:
        return models.get_version(connection, name, version)


def parameter_path(version: ModelVersion, *, store: Store) -> Path:
    """Return where the parameter file of a version can be read, if it is the one that was registered.

    Raises ModelNotFound, and ModelNotServable for a file that has changed or that the disk does not give.
    """
    name = f"{version.name}:{version.version}"
    with store.database.read() as connection:
        file = models.file_of(connection, version.name, version.version)
    try:
        path = store.files.path(file)
        found = sha256_of(path)
    except FileNotFoundError as error:
        raise ModelNotFound(f"the parameter file of {name} is no longer there") from error
    except OSError as error:
        if error.errno not in NOT_GIVEN:
            raise
        raise ModelNotServable(f"the parameter file of {name} cannot be read: {error.strerror}") from error
    if found != version.sha256:
        raise ModelNotServable(
            f"the parameter file of {name} has changed on the disk: its SHA-256 is {found}, "
            f"and was {version.sha256} when it was registered; upload the file again as a new version"
        )
    return path


def fault_of(version: ModelVersion, *, store: Store) -> str:
    """Return why a version cannot be asked, as far as the length of its file tells; empty where it tells nothing.

    Of a file in a bucket, the copy on this machine is judged, if there is one.
    """
    try:
        with store.database.read() as connection:
            file = models.file_of(connection, version.name, version.version)
        size = store.files.known_size(file)
    except (ModelNotFound, FileNotFoundError):
        return "its parameter file is no longer there"
    except OSError as error:
        if error.errno not in NOT_GIVEN:
            raise
        return f"its parameter file cannot be read: {error.strerror}"
    if size in (None, version.size):
        return ""
    return f"its parameter file has changed: it has {size} bytes, and had {version.size} when it was registered"


def add_version(
    name: str, upload: BinaryIO, *, store: Store, settings: Settings, asked_by: str | None = None
) -> ModelVersion:
    """Register a parameter file from elsewhere; raises InvalidParameterFile, QuotaExceeded."""

    def admit(connection: Connection, version: ModelVersion) -> None:
        check_room(connection, more=version.size, asked_by=asked_by, settings=settings)

    with store.files.temporary() as path:
        with path.open("wb") as file:
            shutil.copyfileobj(upload, file)
        check_parameters_apart(path)  # HDF5 can be caught in an endless loop, and would keep all others waiting
        return register_version(path, store=store, name=name, before=admit, asked_by=asked_by)


def delete_model(name: str, *, store: Store) -> None:
    """Delete all versions of a model; raises ModelNotFound."""
    with store.database.write() as connection:
        files = models.delete(connection, name)
    for file in files:
        store.files.remove(file)


def delete_version(name: str, version: int, *, store: Store) -> None:
    """Delete one version of a model; raises ModelNotFound, and VersionInUse while an alias means it."""
    with store.database.write() as connection:
        file = models.delete_version(connection, name, version)
    store.files.remove(file)
