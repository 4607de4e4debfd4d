"""What is asked of a training."""

from typing import Annotated

from pydantic import Field

from app.schemas.fields import LARGEST_INTEGER, MODEL_REFERENCE_PATTERN, Count, ModelName, Name
from app.schemas.hyperparameters import RECIPE, Hyperparameters
from app.schemas.request import Request
from app.schemas.webhooks import Webhook


class JobRequest(Request):
    """What to learn from, and under which name the result is registered."""

    dataset: Name
    """The dataset to learn from."""
    model: ModelName
    """The model that gets a new version: letters, digits, dots, dashes and underscores."""
    hyperparameters: Hyperparameters = RECIPE
    """How the network looks and how it is trained; a recipe that was found by a search, if nothing at all is said."""
    members: Count = 1
    """How many networks, of the seeds seed, seed + 1, ..., are one model and answer together."""
    record_every: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None
    """Every how many epochs the history gets an entry."""
    checkpoint_every: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None
    """Every how many epochs a checkpoint is written, beside those that time brings."""
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    """Among the jobs that wait, those of higher priority are trained first."""
    webhook: Webhook | None = None
    """Whom to tell of its end."""


class TrainRequest(JobRequest):
    """What to train on, and under which name the result is registered."""

    max_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """After so many seconds of training the job ends well, with what it has learned so far."""
    init_from: Annotated[str, Field(pattern=MODEL_REFERENCE_PATTERN)] | None = None
    """The version of a model from whose parameters to start: NAME:VERSION, NAME@ALIAS, or NAME for its newest."""
    check_gradients_every: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None
    """Every how many epochs the gradients are compared with numerical ones; at most 100 times in all."""
