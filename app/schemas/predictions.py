"""Answers about pictures."""

from pydantic import BaseModel

from app.schemas.models import ServedReference
from app.schemas.problems import Problem


class Prediction(BaseModel):
    """The answer for one picture, or the error that stands in its place."""

    filename: str | None = None
    label: str | None = None
    probability: float | None = None
    probabilities: dict[str, float] | None = None
    uncertainty: float | None = None
    """How far the members of an ensemble are apart: the standard deviation of their probabilities of the label."""
    actions: list[str] | None = None
    error: Problem | None = None


class PredictAnswer(BaseModel):
    """The answers for all pictures of a request, and the version that gave them."""

    model: ServedReference
    predictions: list[Prediction]
