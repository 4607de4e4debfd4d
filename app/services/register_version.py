"""Turn a parameter file into a version of a model."""

import json
import reprlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from app.archive_layout import MAX_CLASS_NAME
from app.images import IMAGE_SHAPE
from app.pipeline import GOLDEN
from app.schemas.clock import now
from app.schemas.datasets import DatasetReference
from app.schemas.fields import Json
from app.schemas.models import ModelVersion
from app.storage import models
from app.storage.database import Connection
from app.storage.files import sha256_of, synchronize
from app.storage.store import Store
from nncore import parameter_file
from nncore.errors import InvalidParameterFile

BLACK_AND_WHITE = np.stack([np.full(IMAGE_SHAPE, shade, np.uint8) for shade in (0, 255)])
MOST_NESTED = 32  # an answer with more than some two hundred levels cannot be written


def register_version(
    temporary: Path,
    *,
    store: Store,
    name: str,
    before: Callable[[Connection, ModelVersion], None] | None = None,
    asked_by: str | None = None,
    **made_by: Any,
) -> ModelVersion:
    """Put a finished file in its place under the next number of a model; raises InvalidParameterFile.

    `before` writes what must become true together with the version, or refuses it by raising. The file comes to its
    place just before the rows are committed: killed in between, the number is free again and its next owner replaces
    the file.
    """
    described = describe(temporary) | made_by
    synchronize(temporary)
    with store.database.write() as connection:
        number = models.next_version(connection, name)
        version = ModelVersion(name=name, version=number, created_at=now(), **described)
        if before is not None:
            before(connection, version)
        file = store.files.model_file(name, number)
        models.insert(connection, version=version, file=file, asked_by=asked_by)
        store.files.publish(temporary, file)
    return version


def describe(path: Path) -> Json:
    """Return what a parameter file says of itself; raises InvalidParameterFile."""
    content = parameter_file.read(path)
    inputs, wanted = content.model.network.weights[0].shape[-1], IMAGE_SHAPE[0] * IMAGE_SHAPE[1] * IMAGE_SHAPE[2]
    if inputs != wanted:
        raise InvalidParameterFile(f"W1 takes {inputs} inputs; a picture here has {wanted}")
    if not content.model.is_finite_on(BLACK_AND_WHITE):
        raise InvalidParameterFile("its answer to a black or a white picture is not finite: its weights are too large")
    _check_classes(content.classes)
    described = {
        "classes": content.classes,
        "hyperparameters": content.hyperparameters,
        "preprocessing": {name: value for name, value in content.preprocessing.items() if name != GOLDEN},
        "metrics": content.metrics,
        "members": content.model.network.lanes,
    }
    _check_json(described | {"dataset": content.dataset})
    return described | {
        "dataset": _dataset(content.dataset),
        "sha256": sha256_of(path),
        "size": path.stat().st_size,
    }


def _dataset(value: Json) -> DatasetReference:
    texts = {name: value.get(name) for name in ("name", "digest")}
    return DatasetReference(**{name: text for name, text in texts.items() if isinstance(text, str)})


def _check_classes(names: list[str]) -> None:
    """Refuse names that no dataset may have: an answer has a probability by each of them."""
    for name in names:
        if not 0 < len(name) <= MAX_CLASS_NAME or not name.isprintable():
            told = f"a class is named {reprlib.repr(name)}; a name must have 1 to {MAX_CLASS_NAME} printable letters"
            raise InvalidParameterFile(told)
    if len(set(names)) < len(names):
        raise InvalidParameterFile(f"the classes {reprlib.repr(names)} have a name twice; each must be there once")


def _check_json(value: Json) -> None:
    """Refuse what Python reads as JSON, but no answer can carry: NaN, infinities, broken characters, deep nesting."""
    level: list[Any] = [value]
    for _ in range(MOST_NESTED):
        level = [inner for outer in level for inner in _within(outer)]
    if level:
        raise InvalidParameterFile(f"an attribute holds JSON of more than {MOST_NESTED} levels")
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except ValueError as error:
        raise InvalidParameterFile(f"an attribute holds what JSON cannot: {error}") from error


def _within(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
