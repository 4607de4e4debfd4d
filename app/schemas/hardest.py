"""The images that a model errs on most."""

from pydantic import BaseModel

from app.schemas.models import ModelReference


class HardImage(BaseModel):
    """An image that a model errs on, or nearly: what it is, and what was predicted with which probability."""

    index: int
    label: str
    predicted: str
    probability: float
    cost: float


class HardestAnswer(BaseModel):
    """The images of a split that cost a model most, the costliest first."""

    model: ModelReference
    dataset: str
    split: str
    items: list[HardImage]
