"""Models, their versions and aliases."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.schemas.datasets import DatasetReference
from app.schemas.fields import LARGEST_INTEGER, Json
from app.schemas.request import Request


class AliasRequest(Request):
    """Which version an alias is to mean."""

    version: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]


class TrainingWarning(BaseModel):
    """Something that a trained network suffers from, with a remedy."""

    code: str
    detail: str


class ModelReference(BaseModel):
    """A model's name and, once it is known, its version."""

    name: str
    version: int | None = None


class ServedReference(ModelReference):
    """What answered: a version of a model, or `job:ID` with the epoch of its newest checkpoint."""

    epoch: int | None = None


class ModelVersion(BaseModel):
    """One parameter file under a name and a number."""

    name: str
    version: int
    classes: list[str]
    hyperparameters: Json
    first_layer: Literal["sample_space", "weight_space"] | None = None
    metrics: Json
    warnings: list[TrainingWarning] = []
    dataset: DatasetReference
    preprocessing: Json
    members: int = 1
    sha256: str
    size: int
    """Bytes of the parameter file."""
    job_id: str | None = None
    created_at: datetime


class Model(BaseModel):
    """A name with its versions, the newest first."""

    name: str
    created_at: datetime
    versions: list[ModelVersion]


class Alias(BaseModel):
    """A name beside the numbers: `model=NAME@ALIAS` means this version."""

    model: str
    alias: str
    version: int
    updated_at: datetime
