"""Turn a parameter file into a version of a model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
    described = {
        "classes": content.classes,
        "hyperparameters": content.hyperparameters,
        "preprocessing": {name: value for name, value in content.preprocessing.items() if name != GOLDEN},
        "metrics": content.metrics,
        "members": content.model.network.lanes,
    }
    _check_json(described)
    return described | {
        "dataset": _dataset(content.dataset),
        "sha256": sha256_of(path),
        "size": path.stat().st_size,
    }


def _dataset(value: Json) -> DatasetReference:
    texts = {name: value.get(name) for name in ("name", "digest")}
    return DatasetReference(**{name: text for name, text in texts.items() if isinstance(text, str)})


def _check_json(value: Json) -> None:
    """Refuse what Python reads as JSON, but no answer can carry: NaN, infinities and broken characters."""
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except ValueError as error:
        raise InvalidParameterFile(f"an attribute holds what JSON cannot: {error}") from error
