"""One picture on its way through a network and back."""

from pydantic import BaseModel

from app.schemas.models import ServedReference


class ArraySummary(BaseModel):
    """An array by its name in the series: its shape, its first numbers, and between what they all lie."""

    name: str
    shape: list[int]
    values: list[float]
    smallest: float
    largest: float
    mean: float


class LayerPass(BaseModel):
    """What one layer has and makes on the way forward, and what comes to it on the way back."""

    layer: int
    forward: list[ArraySummary]
    backward: list[ArraySummary]


class ForwardAnswer(BaseModel):
    """One picture on its way through a network and back."""

    model: ServedReference
    label: str
    truth: str
    cost: float
    activation: str
    inputs: ArraySummary
    layers: list[LayerPass]
    probabilities: dict[str, float]
