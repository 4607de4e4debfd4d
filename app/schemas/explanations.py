"""Explanations of answers."""

from pydantic import BaseModel, ConfigDict

from app.schemas.models import ServedReference
from app.schemas.problems import Problem


class Explanation(BaseModel):
    """Why a picture got its answer, or the error that stands in its place: map and bias add up to the logit."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    filename: str | None = None
    label: str | None = None
    probability: float | None = None
    logit: float | None = None
    """That of the answer; the mean of the members where there are several."""
    bias: float | None = None
    """What the biases add to the logit."""
    map: list[list[float]] | None = None
    """What each pixel adds to it, 64 rows of 64: above 0 it spoke for the answer, below 0 against."""
    residual: float | None = None
    """How far bias and map together are from the logit, by rounding."""
    error: Problem | None = None


class ExplainAnswer(BaseModel):
    """The explanations for all pictures of a request, and the version that gave the answers."""

    model: ServedReference
    explanations: list[Explanation]
