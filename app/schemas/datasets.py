"""Datasets, and what is to be said of them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.schemas.fields import Name


class SkippedFile(BaseModel):
    """A file of an archive that did not become an image, and why."""

    filename: str
    code: str
    detail: str


class Warning(BaseModel):  # noqa: A001, the contract's word
    """Something about a dataset that a person should know; `images` names some of those concerned."""

    code: str
    detail: str
    images: list[Any] = []


class Dataset(BaseModel):
    """Labelled images, with a training split and perhaps a test split."""

    name: Name
    digest: str
    classes: list[str]
    images: dict[str, int]
    counts: dict[str, dict[str, int]]
    image_shape: list[int]
    skipped: list[SkippedFile] = []
    skipped_count: int = 0
    warnings: list[Warning] = []
    created_at: datetime


class DatasetReference(BaseModel):
    """The dataset that a model was trained on."""

    name: str | None = None
    digest: str | None = None
