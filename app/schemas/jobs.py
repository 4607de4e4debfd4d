"""Jobs and their logs."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from app.schemas.fields import Json
from app.schemas.models import ModelReference, TrainingWarning
from app.schemas.problems import Problem
from app.schemas.tuning import Search
from app.schemas.webhooks import JobWebhook

Status = Literal["queued", "running", "paused", "succeeded", "failed", "cancelled"]
StoppedBy = Literal["early_stopping", "max_seconds"]
EventKind = Literal["status", "metrics", "checkpoint", "gradient-check", "warning", "done"]


class Progress(BaseModel):
    """How far a job is; `seconds_left` is an estimate."""

    epoch: int
    epochs: int
    seconds_left: float | None = None


class Job(BaseModel):
    """One request to train or to tune."""

    id: str
    kind: Literal["train", "tune"] = "train"
    status: Status
    dataset: str
    dataset_digest: str
    model: ModelReference
    hyperparameters: Json
    members: int = 1
    search: Search | None = None
    leaderboard: list[Json] | None = None
    """The first candidates of a search; all of them stand at /jobs/{id}/leaderboard."""
    best: Json | None = None
    """The hyperparameters of the candidate that became the model."""
    record_every: int
    checkpoint_every: int | None = None
    check_gradients_every: int | None = None
    priority: int = 0
    max_seconds: float | None = None
    init_from: str | None = None
    webhook: JobWebhook | None = None
    first_layer: Literal["sample_space", "weight_space"] | None = None
    progress: Progress
    metrics: Json | None = None
    stopped_by: StoppedBy | None = None
    """What ended the training before its last epoch."""
    warnings: list[TrainingWarning] = []
    gradient_checks: list[Json] = []
    """One for each epoch in which gradients were compared with numerical ones."""
    attempt: int = 0
    resumed: int = 0
    """How often it was resumed."""
    parts: int = 0
    """Into how many parts its networks are divided that any worker may train; 0 if they are trained together."""
    error: Problem | None = None
    last_event: int = 0
    """The number of the newest event in its log."""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Event(BaseModel):
    """Something that happened to a job; the ids of a job count from 1 without a gap."""

    id: int
    event: EventKind
    data: Json
