"""Gradient checks: what is asked, and what came out."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas.fields import MODEL_REFERENCE_PATTERN, Count, Name, Units
from app.schemas.hyperparameters import Hyperparameters
from app.schemas.request import Request


class GradientCheckRequest(Request):
    """Which network to check: a new one on a dataset or on random images, or a version of a model."""

    dataset: Name | None = None
    """Whose training images the cost is of; for a model, the dataset it was trained on."""
    model: Annotated[str, Field(pattern=MODEL_REFERENCE_PATTERN)] | None = None
    """NAME, NAME:VERSION or NAME@ALIAS."""
    layer_sizes: Annotated[list[Units], Field(min_length=2, max_length=66)] | None = None
    """In place of a dataset: the numbers of inputs and of each layer's units, on random images."""
    hyperparameters: Hyperparameters = Hyperparameters()
    """How the network looks and what its cost is of."""
    images: Count | None = None
    """How many images at most; all training images, or 20 random ones, if left out."""


class WorstParameter(BaseModel):
    """The parameter whose gradients lie furthest apart; `error` is a share of its array's largest gradient."""

    parameter: str
    analytical: float
    numerical: float
    error: float


class GradientCheckAnswer(BaseModel):
    """What came out; `difference` is |analytical - numerical| / (|analytical| + |numerical|) of all parameters."""

    layer_sizes: list[int]
    images: int
    parameters: int
    kinks: int
    """How many parameters have no derivative here, as their step goes over the kink of a ReLU; they are left out."""
    difference: float
    worst: WorstParameter
    seconds: float
