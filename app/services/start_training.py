"""Accept a training: from here on it is a row, and is never lost."""

import math
import uuid
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from app.errors import DifferentNetwork, InvalidRequest
from app.schemas.clock import now
from app.schemas.datasets import Dataset
from app.schemas.hyperparameters import Hyperparameters
from app.schemas.idempotency import RequestKey
from app.schemas.jobs import Job, Progress
from app.schemas.models import ModelReference
from app.schemas.training import JobRequest, TrainRequest
from app.services.division import parts_of
from app.services.execution import Engine
from app.services.models import parameter_path
from app.services.quotas import check_queue, check_room
from app.services.webhooks import check_webhook
from app.settings import Settings
from app.storage import aliases, datasets, idempotency, jobs
from app.storage.store import Store
from nncore import parameter_file
from nncore.batches import record_interval
from nncore.cost_model import check_first_layer
from nncore.ensemble import members_of
from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters
from nncore.inputs import LARGEST_HELD
from nncore.lanes import check_together
from nncore.losses import output_units
from nncore.parameter_file import ParameterFile
from nncore.sample_weights import check_class_weight

MAX_GRADIENT_CHECKS = 100
"""So many of them one job may ask for, each as dear as some epochs."""
OPERATIONS = 6
"""Of each parameter for an image: to multiply and to add, once forward and twice back."""
OPERATIONS_A_SECOND = 1e11
SECONDS_OF_A_DAY = 86_400


def start_training(
    request: TrainRequest,
    *,
    store: Store,
    engine: Engine,
    settings: Settings,
    key: RequestKey | None = None,
    asked_by: str | None = None,
) -> Job:
    """Add a job and hand it to the engine, or return the one that was made for this key before.

    Raises DatasetNotFound, ModelNotFound, AliasNotFound, ModelNotServable, DifferentNetwork, QueueFull, QuotaExceeded,
    InvalidRequest, InvalidHyperparameter, IdempotencyKeyReused.
    """
    made_before = job_made_for(key, store=store)
    if made_before is not None:
        return made_before
    hyperparameters = request.hyperparameters.for_the_network()
    check_webhook(request.webhook, settings=settings)
    workers = engine.workers()
    start = None if request.init_from is None else find_start(request, store=store)
    with store.database.write() as connection:
        made = idempotency.find(connection, key)  # by a request at the same time
        if made is not None:
            return jobs.get(connection, made)
        dataset = datasets.hold(connection, request.dataset)
        check_fit(hyperparameters, dataset=dataset)
        check_size(request.hyperparameters, dataset=dataset, settings=settings)
        check_members(request, settings=settings)
        check_gradient_checks(request, dataset=dataset)
        work = request.members * work_of(request.hyperparameters, dataset=dataset)
        check_work(work, pointer="/hyperparameters/epochs", settings=settings)
        model_bytes = size_of_model(request, candidates=[request.hyperparameters], dataset=dataset)
        check_queue(connection, asked_by=asked_by, settings=settings)
        check_room(connection, more=model_bytes, asked_by=asked_by, settings=settings)
        more = {"init_from": start, "parts": _parts(request, dataset=dataset, workers=workers)}
        more |= request.model_dump(include={"max_seconds", "check_gradients_every"})
        job = new_job(request, dataset=dataset).model_copy(update=more)
        job = jobs.insert(connection, job=job, webhook=request.webhook, model_bytes=model_bytes, asked_by=asked_by)
        idempotency.keep(connection, key, made=job.id)
    engine.submit(job.id, resumed=job.resumed, priority=job.priority, parts=job.parts)
    return job


def job_made_for(key: RequestKey | None, *, store: Store) -> Job | None:
    """Return the job that was made for this key, whatever of what it was made of is gone; None where there is none.

    Raises IdempotencyKeyReused.
    """
    # Asked before what takes too long for a transaction that keeps all others from writing, or would be refused by now;
    # whoever finds nothing asks again in the transaction that adds the job, since another may have added it meanwhile.
    with store.database.read() as connection:
        made = idempotency.find(connection, key)
        return None if made is None else jobs.get(connection, made)


def _parts(request: TrainRequest, *, dataset: Dataset, workers: int) -> int:
    """Return into how many parts the members are divided; the time that is to be kept is that of all together."""
    if request.max_seconds is not None:
        return 0
    known = [request.hyperparameters.for_the_network()]
    return parts_of(known, networks_of_each=request.members, dataset=dataset, workers=workers)


def new_job(request: JobRequest, *, dataset: Dataset) -> Job:
    """Return the job that does what the request asks for."""
    epochs = request.hyperparameters.epochs
    return Job(
        id=uuid.uuid4().hex,
        status="queued",
        dataset=dataset.name,
        dataset_digest=dataset.digest,
        model=ModelReference(name=request.model),
        hyperparameters=request.hyperparameters.for_the_network().to_json(),
        members=request.members,
        record_every=request.record_every or record_interval(epochs),
        checkpoint_every=request.checkpoint_every,
        priority=request.priority,
        progress=Progress(epoch=0, epochs=epochs),
        created_at=now(),
    )


def check_members(request: JobRequest, *, settings: Settings) -> None:
    """Raise InvalidRequest for an ensemble that is larger than the settings allow."""
    members_of(request.hyperparameters.for_the_network(), members=request.members)
    if request.members > settings.max_members:
        raise too_large("/members", f"{request.members} members", settings.max_members)
    lane_epochs = request.members * request.hyperparameters.epochs
    if request.members > 1 and lane_epochs > settings.max_lane_epochs:
        raise too_large("/members", f"{lane_epochs} epochs of all members together", settings.max_lane_epochs)


def check_gradient_checks(request: TrainRequest, *, dataset: Dataset) -> None:
    """Raise InvalidRequest for too many checks of gradients, or any of several members or more images than fit."""
    every, epochs = request.check_gradients_every, request.hyperparameters.epochs
    if every is None:
        return
    if request.members > 1:
        detail = f"members is {request.members}; gradients are checked of one network, so 1 is right here"
        raise InvalidRequest.at("/members", detail)
    if epochs // every > MAX_GRADIENT_CHECKS:
        raise too_large("/check_gradients_every", f"{epochs // every} checks of gradients", MAX_GRADIENT_CHECKS)
    if (size := bytes_of_images(dataset, dtype="float64")) > LARGEST_HELD:
        raise too_large("/check_gradients_every", f"a check on all images at once, {size} bytes of them", LARGEST_HELD)


def check_fit(hyperparameters: NetworkHyperparameters, *, dataset: Dataset) -> None:
    """Raise InvalidHyperparameter for what cannot be trained so, or not on this dataset."""
    check_together([hyperparameters], validated=False)
    check_first_layer(hyperparameters)
    images = dataset.counts["train"]
    check_class_weight(hyperparameters.class_weight, images=images)
    if hyperparameters.validation_fraction and max(images.values()) == 1:
        message = f"validation_fraction is {hyperparameters.validation_fraction}, but no class has two training images"
        raise InvalidHyperparameter(f"{message}; 0 is right", field="validation_fraction")


def check_size(hyperparameters: Hyperparameters, *, dataset: Dataset, settings: Settings) -> None:
    """Raise InvalidRequest for a training that is larger than the settings allow."""
    if hyperparameters.epochs > settings.max_epochs:
        raise too_large("/hyperparameters/epochs", f"{hyperparameters.epochs} epochs", settings.max_epochs)
    parameters = count_parameters(hyperparameters, dataset=dataset)
    if parameters > settings.max_parameters:
        raise too_large("/hyperparameters/hidden_layers", f"{parameters} weights and biases", settings.max_parameters)
    images, size = dataset.images["train"], bytes_of_images(dataset, dtype=hyperparameters.dtype)
    if hyperparameters.input_dropout and (hyperparameters.batch_size or images) >= images and size > LARGEST_HELD:
        what = f"dropout on the inputs of all images at once, {size} bytes of them"
        raise too_large("/hyperparameters/batch_size", what, LARGEST_HELD)


def bytes_of_images(dataset: Dataset, *, dtype: str) -> int:
    """Return how many bytes the training images take as floats."""
    return dataset.images["train"] * math.prod(dataset.image_shape) * np.dtype(dtype).itemsize


def check_work(work: int, *, pointer: str, settings: Settings) -> None:
    """Raise InvalidRequest for a job that would take far longer than anybody waits."""
    if work > settings.max_job_work:
        days = OPERATIONS * work / OPERATIONS_A_SECOND / SECONDS_OF_A_DAY
        what = f"{work:.2g} parameters x epochs x training images of all networks (some {days:.1f} days of a core)"
        raise too_large(pointer, what, settings.max_job_work)


def work_of(hyperparameters: Hyperparameters, *, dataset: Dataset) -> int:
    """Return the parameters times epochs times training images of one network."""
    return count_parameters(hyperparameters, dataset=dataset) * hyperparameters.epochs * dataset.images["train"]


def size_of_model(request: JobRequest, *, candidates: Sequence[Hyperparameters], dataset: Dataset) -> int:
    """Return how many bytes the parameters of the model take at most that one of the candidates becomes."""
    return request.members * max(
        count_parameters(each, dataset=dataset) * np.dtype(each.dtype).itemsize for each in candidates
    )


def find_start(request: TrainRequest, *, store: Store) -> str:
    """Return the version to start from as NAME:VERSION.

    Raises DatasetNotFound, ModelNotFound, AliasNotFound, ModelNotServable, InvalidRequest and DifferentNetwork.
    """
    with store.database.read() as connection:
        dataset = datasets.get(connection, request.dataset)
        [version] = aliases.meant(connection, str(request.init_from), most=1)
    if request.members > 1:
        detail = f"members is {request.members}; all would start with the same parameters, so 1 is right here"
        raise InvalidRequest.at("/members", detail)
    found = f"{version.name}:{version.version}"
    told = differences(
        parameter_file.read(parameter_path(version, store=store)), request.hyperparameters, dataset=dataset
    )
    if told:
        raise DifferentNetwork(f"{found} is another network than the one that is asked for: {'; '.join(told)}")
    return found


def differences(start: ParameterFile, hyperparameters: Hyperparameters, *, dataset: Dataset) -> list[str]:
    """Return what keeps a training from starting with these parameters, one line each."""
    network = start.model.network
    pairs = {
        "layer sizes": (list(network.layer_sizes), layer_sizes(hyperparameters, dataset=dataset)),
        "activation": (network.activation, hyperparameters.activation),
        "classes": (start.classes, dataset.classes),
        "members": (network.lanes, 1),
    }
    return [f"{name} {there} there, {here} here" for name, (there, here) in pairs.items() if there != here]


def count_parameters(hyperparameters: Hyperparameters, *, dataset: Dataset) -> int:
    """Return how many weights and biases the network has."""
    sizes = layer_sizes(hyperparameters, dataset=dataset)
    return sum(units * (previous + 1) for previous, units in pairwise(sizes))


def layer_sizes(hyperparameters: Hyperparameters, *, dataset: Dataset) -> list[int]:
    """Return the numbers of inputs and of each layer's units."""
    inputs = math.prod(dataset.image_shape)
    return [inputs, *hyperparameters.hidden_layers, output_units(len(dataset.classes))]


def too_large(pointer: str, what: str, limit: int) -> InvalidRequest:
    """Return the error for more than the settings allow."""
    detail = f"{what} are asked for; at most {limit} are allowed here"
    return InvalidRequest.at(pointer, detail)
