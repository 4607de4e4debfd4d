"""Start a training."""

from fastapi import APIRouter, Response

from app.api.dependencies import EngineDependency, SettingsDependency, StoreDependency
from app.api.idempotency import Keyed
from app.errors import (
    BodyTooLarge,
    DatasetNotFound,
    DifferentNetwork,
    IdempotencyKeyReused,
    InvalidRequest,
    MalformedRequest,
    ModelNotFound,
    QueueFull,
    UnsupportedMediaType,
    openapi_responses,
)
from app.schemas import Job, TrainRequest
from app.services.start_training import start_training

router = APIRouter(tags=["jobs"])

REFUSED = (
    MalformedRequest,
    DatasetNotFound,
    BodyTooLarge,
    UnsupportedMediaType,
    InvalidRequest,
    IdempotencyKeyReused,
    QueueFull,
)


@router.post("/train", status_code=202, responses=openapi_responses(*REFUSED, ModelNotFound, DifferentNetwork))
def train(
    *,
    body: TrainRequest,
    response: Response,
    store: StoreDependency,
    engine: EngineDependency,
    settings: SettingsDependency,
    keyed: Keyed,
) -> Job:
    """Train a network on a dataset, and register it under the name of a model."""
    job = start_training(body, store=store, engine=engine, settings=settings, key=keyed("train", body))
    response.headers["Location"] = f"/jobs/{job.id}"
    return job
