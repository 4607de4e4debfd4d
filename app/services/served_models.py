"""The models that answer: read from their files once, never changed, and no more of them than a bound."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import structlog

from app import pipeline
from app.errors import ModelNotFound, ModelNotServable
from app.schemas import RESERVED_MODEL_NAME, ModelVersion, ServedReference
from app.services.job_snapshot import job_snapshot
from app.storage import models
from app.storage.store import Store
from nncore import parameter_file
from nncore.errors import InvalidParameterFile
from nncore.trained_model import TrainedModel


@dataclass(frozen=True)
class ServedModel:
    """A version of a model, ready to answer."""

    version: ModelVersion
    model: TrainedModel
    epoch: int | None = None
    """Of a job that is not over, that of the checkpoint; the version is none that is registered."""

    @property
    def reference(self) -> ServedReference:
        """What to call it in an answer."""
        if self.epoch is not None:
            return ServedReference(name=self.version.name, version=None, epoch=self.epoch)
        return ServedReference(name=self.version.name, version=self.version.version)


class ServedModels:
    """The models that were asked last, by name, version and digest; safe to use from many threads."""

    def __init__(self, store: Store, *, capacity: int) -> None:
        self._store = store
        self._capacity = capacity
        self._models: OrderedDict[tuple[str, int, str], ServedModel] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, reference: str | None) -> ServedModel:
        """Return the model that NAME, NAME:VERSION or job:ID means, or the newest version of any.

        Raises ModelNotFound, and ModelNotServable for a version that this service would answer for wrongly.
        """
        name, _, job_id = (reference or "").partition(":")
        if name == RESERVED_MODEL_NAME and job_id:
            return self._of_job(job_id)
        return self._of_version(self._version(reference))

    def _of_job(self, job_id: str) -> ServedModel:
        """Return what the newest checkpoint can answer, or the version of a job that is over; no checkpoint is kept."""
        found = job_snapshot(job_id, store=self._store)
        if isinstance(found, ModelVersion):
            return self._of_version(found)
        version, model, epoch = found
        return ServedModel(version=version, model=model, epoch=epoch)

    def _of_version(self, version: ModelVersion) -> ServedModel:
        key = (version.name, version.version, version.sha256)
        with self._lock:
            if key not in self._models:
                self._models[key] = ServedModel(version=version, model=self._load(version))
                while len(self._models) > self._capacity:
                    self._models.popitem(last=False)
            self._models.move_to_end(key)
            return self._models[key]

    def _version(self, reference: str | None) -> ModelVersion:
        name, _, number = (reference or "").partition(":")
        with self._store.database.read() as connection:
            if number:
                return models.get_version(connection, name, int(number))
            return models.newest(connection, name or None)

    def _load(self, version: ModelVersion) -> TrainedModel:
        with self._store.database.read() as connection:
            path = self._store.files.path(models.file_of(connection, version.name, version.version))
        _check_digest(path, version)
        try:
            content = parameter_file.read(path)
        except InvalidParameterFile as error:
            raise ModelNotServable(f"the parameter file of {_name(version)} cannot be read: {error}") from error
        _check_pipeline(content.preprocessing, version)
        return content.model


def _check_digest(path: Path, version: ModelVersion) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise ModelNotFound(f"the parameter file of {_name(version)} is no longer there") from error
    if found != version.sha256:
        raise ModelNotServable(
            f"the parameter file of {_name(version)} has changed on the disk: its SHA-256 is {found}, "
            f"and was {version.sha256} when it was registered; upload the file again as a new version"
        )


def _check_pipeline(preprocessing: dict[str, object], version: ModelVersion) -> None:
    """Refuse a model whose pictures were made in another way: its answers would be wrong, and nobody would see it."""
    found = pipeline.compare(preprocessing)
    if found.refused:
        told = "; ".join(found.refused)
        raise ModelNotServable(f"{_name(version)} was trained on pictures made in another way than here: {told}")
    if found.tolerated:
        structlog.get_logger().warning("pictures decoded otherwise", model=_name(version), differences=found.tolerated)


def _name(version: ModelVersion) -> str:
    return f"{version.name}:{version.version}"
