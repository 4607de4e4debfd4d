"""Accept a training: from here on it is a row, and is never lost."""

import math
import uuid
from itertools import pairwise

from app.errors import FieldProblem, InvalidRequest
from app.schemas import Dataset, Hyperparameters, Job, ModelReference, Progress, TrainRequest, now
from app.services.execution import Engine
from app.settings import Settings
from app.storage import datasets, jobs
from app.storage.store import Store
from nncore.batches import record_interval
from nncore.losses import output_units


def start_training(request: TrainRequest, *, store: Store, engine: Engine, settings: Settings) -> Job:
    """Add a job and hand it to the engine; raises DatasetNotFound, InvalidRequest, InvalidHyperparameter."""
    request.hyperparameters.for_the_network()
    with store.database.write() as connection:
        dataset = datasets.hold(connection, request.dataset)
        check_size(request.hyperparameters, dataset=dataset, settings=settings)
        job = new_job(request, dataset=dataset)
        jobs.insert(connection, job=job)
    engine.submit(job.id, resumed=job.resumed)
    return job


def new_job(request: TrainRequest, *, dataset: Dataset) -> Job:
    """Return the job that does what the request asks for."""
    epochs = request.hyperparameters.epochs
    return Job(
        id=uuid.uuid4().hex,
        status="queued",
        dataset=dataset.name,
        dataset_digest=dataset.digest,
        model=ModelReference(name=request.model),
        hyperparameters=request.hyperparameters.model_dump(mode="json"),
        record_every=request.record_every or record_interval(epochs),
        checkpoint_every=request.checkpoint_every,
        progress=Progress(epoch=0, epochs=epochs),
        created_at=now(),
    )


def check_size(hyperparameters: Hyperparameters, *, dataset: Dataset, settings: Settings) -> None:
    """Raise InvalidRequest for a training that is larger than the settings allow."""
    if hyperparameters.epochs > settings.max_epochs:
        raise _too_large("epochs", f"{hyperparameters.epochs} epochs", settings.max_epochs)
    parameters = count_parameters(hyperparameters, dataset=dataset)
    if parameters > settings.max_parameters:
        raise _too_large("hidden_layers", f"{parameters} weights and biases", settings.max_parameters)


def count_parameters(hyperparameters: Hyperparameters, *, dataset: Dataset) -> int:
    """Return how many weights and biases the network has."""
    inputs = math.prod(dataset.image_shape)
    sizes = [inputs, *hyperparameters.hidden_layers, output_units(len(dataset.classes))]
    return sum(units * (previous + 1) for previous, units in pairwise(sizes))


def _too_large(field: str, what: str, limit: int) -> InvalidRequest:
    detail = f"{what} are asked for; at most {limit} are allowed here"
    return InvalidRequest(detail, errors=[FieldProblem(pointer=f"/hyperparameters/{field}", detail=detail)])
