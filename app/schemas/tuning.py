"""What is asked of a search, and what a job keeps of it."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.schemas.fields import Count, Json
from app.schemas.training import JobRequest


def check_folds_word(folds: Any) -> Any:
    """Refuse what is neither a number of folds nor the word for as many as there are images."""
    if folds == "leave-one-out" or (isinstance(folds, int) and not isinstance(folds, bool) and folds >= 2):
        return folds
    message = "a whole number of at least 2, or 'leave-one-out', is right"
    raise PydanticCustomError("folds", message)


FOLDS_SCHEMA = {
    "anyOf": [{"type": "integer", "minimum": 2}, {"type": "string", "const": "leave-one-out"}],
    "default": 5,
}
NumberOfFolds = Annotated[Any, AfterValidator(check_folds_word), WithJsonSchema(FOLDS_SCHEMA)]


class TuneRequest(JobRequest):
    """What to search beside: a list is a set of choices, {"uniform": [a, b]} and {"log_uniform": [a, b]} are ranges."""

    search: Json = Field(default={})
    """By hyperparameter what to try; without it there is one candidate, which is cross-validated."""
    folds: NumberOfFolds = 5
    """Into how many parts the images are dealt out, each held out once; or "leave-one-out"."""
    repeats: Count = 1
    """How often the images are dealt out into folds anew."""
    candidates: Count | None = None
    """How many to draw at random; without it, all combinations of the lists."""
    objective: Literal["balanced_accuracy", "accuracy", "cost"] = "balanced_accuracy"
    """What candidates are ordered by: the mean over the folds."""


class Search(BaseModel):
    """What a job of kind `tune` was asked to search, and how."""

    search: Json
    fixed: Json
    """The hyperparameters that were given beside."""
    folds: int | Literal["leave-one-out"]
    repeats: int
    count: int | None
    """How many candidates were to be drawn; null is all combinations."""
    candidates: int
    """How many there are."""
    objective: Literal["balanced_accuracy", "accuracy", "cost"]


class Leaderboard(BaseModel):
    """All candidates of a search with every fold, and what the best said of each image while it was held out."""

    candidates: list[Json]
    out_of_fold: list[Json] | None = None
