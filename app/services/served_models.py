"""The models that answer: read from their files once, never changed, and no more of them than a bound."""

import functools
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass

import structlog

from app import pipeline
from app.errors import ModelNotFound, ModelNotServable
from app.schemas.fields import RESERVED_MODEL_NAME
from app.schemas.models import ModelVersion, ServedReference
from app.services.job_snapshot import job_snapshot
from app.services.models import parameter_path
from app.storage import aliases
from app.storage.store import Store
from nncore import parameter_file
from nncore.errors import InvalidParameterFile
from nncore.trained_model import TrainedModel

MOST_MEANINGS = 1000
VERSIONS_TO_TRY = 8
"""How many of the newest versions are tried where the newest cannot be loaded."""
SECONDS_IN_PLACE = 2.0
"""How long an older version answers in place of a broken one before that is tried again."""

Key = tuple[str, int, str]


@dataclass(frozen=True)
class ServedModel:
    """A version of a model, ready to answer."""

    version: ModelVersion
    model: TrainedModel
    epoch: int | None = None
    """Of a job that is not over, that of the checkpoint; the version is none that is registered."""

    @functools.cached_property
    def reference(self) -> ServedReference:
        """What to call it in an answer."""
        if self.epoch is not None:
            return ServedReference(name=self.version.name, version=None, epoch=self.epoch)
        return ServedReference(name=self.version.name, version=self.version.version)


@dataclass(frozen=True)
class Meaning:
    """Which model a reference meant in a state of the database, and until when that may be believed."""

    state: Hashable
    key: Key
    until: float


class ServedModels:
    """The models that were asked last, by name, version and digest; safe to use from many threads.

    The lock is held for look-ups alone: files are read outside it, each by the first thread that wants it.
    """

    def __init__(self, store: Store, *, capacity: int, loaded: Callable[[int], object] = lambda _: None) -> None:
        """Keep so many models at most, and tell `loaded` how many there are when that may have changed."""
        self._store = store
        self._capacity = capacity
        self._tell = loaded
        self._models: OrderedDict[Key, Future[ServedModel]] = OrderedDict()
        self._meanings: OrderedDict[str | None, Meaning] = OrderedDict()
        self._lock = threading.Lock()

    def at_hand(self, reference: str | None) -> ServedModel | None:
        """Return the model that a reference means if that takes neither a query nor a file."""
        state = self._store.database.state()
        with self._lock:
            meaning = self._meanings.get(reference)
            if meaning is None or meaning.state != state or meaning.until < time.monotonic():
                return None
            future = self._models.get(meaning.key)
            if future is None or not future.done():  # what failed is forgotten before it is done
                return None
            self._models.move_to_end(meaning.key)
            return future.result()

    def find(self, reference: str | None) -> ServedModel:
        """Return the model that NAME, NAME:VERSION, NAME@ALIAS or job:ID means, or the newest version of any.

        Where the newest version is meant and cannot be loaded, the newest that can be answers in its place: the answer
        names it. Raises ModelNotFound, AliasNotFound, and ModelNotServable for a version that this service would answer
        for wrongly.
        """
        name, _, job_id = (reference or "").partition(":")
        if name == RESERVED_MODEL_NAME and job_id:
            return self._of_job(job_id)
        return self.at_hand(reference) or self._find(reference)

    def _of_job(self, job_id: str) -> ServedModel:
        """Return what the newest checkpoint can answer, or the version of a job that is over; no checkpoint is kept."""
        found = job_snapshot(job_id, store=self._store)
        if isinstance(found, ModelVersion):
            return self._loaded(found)
        version, model, epoch = found
        return ServedModel(version=version, model=model, epoch=epoch)

    def _find(self, reference: str | None) -> ServedModel:
        state = self._store.database.state()  # before the query: what changes meanwhile makes this old
        newest, *others = self._versions(reference)
        try:
            found = self._loaded(newest)
            until = math.inf
        except (ModelNotFound, ModelNotServable) as error:
            found = self._first_loaded(others, in_place_of=newest, error=error)
            until = time.monotonic() + SECONDS_IN_PLACE
        self._remember(reference, Meaning(state=state, key=_key(found.version), until=until))
        return found

    def _first_loaded(
        self, versions: list[ModelVersion], *, in_place_of: ModelVersion, error: ModelNotFound | ModelNotServable
    ) -> ServedModel:
        """Return the first version that can be loaded; raises the error of the one that was meant if none can."""
        for version in versions:
            try:
                found = self._loaded(version)
            except (ModelNotFound, ModelNotServable):
                continue
            structlog.get_logger().warning(
                "an older version answers", meant=_name(in_place_of), answers=_name(version), error=error.detail
            )
            return found
        raise error

    def _versions(self, reference: str | None) -> list[ModelVersion]:
        with self._store.database.read() as connection:
            return aliases.meant(connection, reference or "", most=VERSIONS_TO_TRY)

    def _remember(self, reference: str | None, meaning: Meaning) -> None:
        with self._lock:
            self._meanings[reference] = meaning
            self._meanings.move_to_end(reference)
            if len(self._meanings) > MOST_MEANINGS:
                self._meanings.popitem(last=False)

    def _loaded(self, version: ModelVersion) -> ServedModel:
        key = _key(version)
        with self._lock:
            future = self._models.get(key)
            mine = future is None
            if future is None:
                future = self._models[key] = Future()
            self._models.move_to_end(key)
            while len(self._models) > self._capacity:
                self._models.popitem(last=False)
        if mine:
            self._tell(len(self._models))
            self._load_into(future, version)
        return future.result()

    def _load_into(self, future: "Future[ServedModel]", version: ModelVersion) -> None:
        """Load a version for all who wait for it; what failed is forgotten, so that the next request tries again."""
        try:
            future.set_result(ServedModel(version=version, model=self._load(version)))
        except BaseException as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
            with self._lock:
                if self._models.get(_key(version)) is future:
                    del self._models[_key(version)]
            future.set_exception(error)

    def _load(self, version: ModelVersion) -> TrainedModel:
        path = parameter_path(version, store=self._store)
        try:
            content = parameter_file.read(path)
        except InvalidParameterFile as error:
            raise ModelNotServable(f"the parameter file of {_name(version)} cannot be read: {error}") from error
        _check_pipeline(content.preprocessing, version)
        return content.model


def _check_pipeline(preprocessing: dict[str, object], version: ModelVersion) -> None:
    """Refuse a model whose pictures were made in another way: its answers would be wrong, and nobody would see it."""
    found = pipeline.compare(preprocessing)
    if found.refused:
        told = "; ".join(found.refused)
        raise ModelNotServable(f"{_name(version)} was trained on pictures made in another way than here: {told}")
    if found.tolerated:
        structlog.get_logger().warning("pictures decoded otherwise", model=_name(version), differences=found.tolerated)


def _key(version: ModelVersion) -> Key:
    return version.name, version.version, version.sha256


def _name(version: ModelVersion) -> str:
    return f"{version.name}:{version.version}"
