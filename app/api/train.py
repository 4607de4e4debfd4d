"""Start a training."""

from fastapi import APIRouter, Response

from app.api.dependencies import AskedBy, EngineDependency, SettingsDependency, StoreDependency
from app.api.idempotency import Keyed
from app.api.strict_route import StrictRoute
from app.errors import (
    AliasNotFound,
    BodyTooLarge,
    DatasetNotFound,
    DifferentNetwork,
    IdempotencyKeyReused,
    InvalidRequest,
    MalformedRequest,
    ModelNotFound,
    ModelNotServable,
    QueueFull,
    QuotaExceeded,
    UnsupportedMediaType,
    openapi_responses,
)
from app.schemas.jobs import Job
from app.schemas.training import TrainRequest
from app.services.start_training import start_training

router = APIRouter(tags=["jobs"], route_class=StrictRoute)

REFUSED = (
    MalformedRequest,
    DatasetNotFound,
    BodyTooLarge,
    UnsupportedMediaType,
    InvalidRequest,
    IdempotencyKeyReused,
    QueueFull,
    QuotaExceeded,
)


@router.post(
    "/train",
    status_code=202,
    responses=openapi_responses(*REFUSED, ModelNotFound, AliasNotFound, ModelNotServable, DifferentNetwork),
)
def train(
    *,
    body: TrainRequest,
    response: Response,
    store: StoreDependency,
    engine: EngineDependency,
    settings: SettingsDependency,
    keyed: Keyed,
    asked_by: AskedBy,
) -> Job:
    """Train a network on a dataset, and register it under the name of a model."""
    key = keyed("train", body)
    job = start_training(body, store=store, engine=engine, settings=settings, key=key, asked_by=asked_by)
    response.headers["Location"] = f"/jobs/{job.id}"
    return job
