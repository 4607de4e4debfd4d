"""Accept a search for hyperparameters: from here on it is a row, and is never lost."""

import json

from app.errors import DatasetNotFound, InvalidRequest
from app.schemas.datasets import Dataset
from app.schemas.hyperparameters import Hyperparameters
from app.schemas.idempotency import RequestKey
from app.schemas.jobs import Job, Progress
from app.schemas.tuning import Search, TuneRequest
from app.services.division import parts_of
from app.services.execution import Engine
from app.services.prepare_tuning import candidates_of_search, combinations, for_the_network, invalid_search
from app.services.quotas import check_queue, check_room
from app.services.start_training import (
    check_fit,
    check_members,
    check_size,
    check_work,
    job_made_for,
    new_job,
    size_of_model,
    too_large,
    work_of,
)
from app.services.webhooks import check_webhook
from app.settings import Settings
from app.storage import datasets, idempotency, jobs
from app.storage.database import Connection
from app.storage.store import Store
from nncore.errors import InvalidData, InvalidHyperparameter
from nncore.folds import check_folds
from nncore.sample_weights import check_class_weight
from nncore.tuning import check_candidates

LARGEST_SEARCH = 100_000
"""Characters of JSON: each list of jobs tells every job's search, a thousand of them at a time."""


def start_tuning(
    request: TuneRequest,
    *,
    store: Store,
    engine: Engine,
    settings: Settings,
    key: RequestKey | None = None,
    asked_by: str | None = None,
) -> Job:
    """Add a job and hand it to the engine, or return the one that was made for this key before.

    Raises DatasetNotFound, QueueFull, QuotaExceeded, InvalidRequest, IdempotencyKeyReused.
    """
    made_before = job_made_for(key, store=store)
    if made_before is not None:
        return made_before
    check_webhook(request.webhook, settings=settings)
    workers = engine.workers()
    fixed = request.hyperparameters.model_dump(mode="json", exclude_unset=True)
    _check_length(request)
    wanted = combinations(request.search) if request.candidates is None else request.candidates
    if wanted > settings.max_lanes:
        raise too_large("/candidates", f"{wanted} candidates", settings.max_lanes)
    with store.database.read() as connection:
        dataset = datasets.get(connection, request.dataset)
    _check_class_weights(request, dataset=dataset)
    candidates = candidates_of_search(request.search, fixed=fixed, count=request.candidates)
    # Checked outside the transaction: of thousands of candidates it takes seconds, in which nobody else could write.
    _check_folds(request, dataset=dataset)
    _check_candidates(candidates, request, dataset=dataset, settings=settings)
    _check_work(candidates, request, dataset=dataset, settings=settings)
    model_bytes = size_of_model(request, candidates=candidates, dataset=dataset)
    parts = _parts(candidates, request, dataset=dataset, workers=workers)
    job = _new_job(request, dataset=dataset, candidates=candidates).model_copy(update={"parts": parts})
    with store.database.write() as connection:
        made = idempotency.find(connection, key)  # by a request at the same time
        if made is not None:
            return jobs.get(connection, made)
        _hold(dataset, connection=connection)
        check_queue(connection, asked_by=asked_by, settings=settings)
        check_room(connection, more=model_bytes, asked_by=asked_by, settings=settings)
        job = jobs.insert(connection, job=job, webhook=request.webhook, model_bytes=model_bytes, asked_by=asked_by)
        idempotency.keep(connection, key, made=job.id)
    engine.submit(job.id, resumed=job.resumed, priority=job.priority, parts=job.parts)
    return job


def _check_length(request: TuneRequest) -> None:
    length = len(json.dumps(request.search))
    if length > LARGEST_SEARCH:
        raise too_large("/search", f"{length} characters of choices", LARGEST_SEARCH)


def _check_class_weights(request: TuneRequest, *, dataset: Dataset) -> None:
    """Refuse names that are no classes before each of thousands of candidates has all of them."""
    choices = request.search.get("class_weight")
    given = [request.hyperparameters.class_weight, *(choices if isinstance(choices, list) else [])]
    try:
        for weights in given:
            check_class_weight(weights if isinstance(weights, dict) else None, images=dataset.counts["train"])
    except InvalidHyperparameter as error:
        raise invalid_search(error, search=request.search) from error


def _hold(dataset: Dataset, *, connection: Connection) -> None:
    """Keep what was checked from being deleted before the job is there; raises DatasetNotFound where it is gone."""
    if datasets.hold(connection, dataset.name).digest != dataset.digest:
        raise DatasetNotFound(f"the dataset {dataset.name!r} has just become another one; ask again")


def _new_job(request: TuneRequest, *, dataset: Dataset, candidates: list[Hyperparameters]) -> Job:
    described = request.model_dump(mode="json", include={"search", "folds", "repeats", "objective"})
    fixed = request.hyperparameters.model_dump(mode="json", exclude_unset=True)
    search = Search(**described, fixed=fixed, count=request.candidates, candidates=len(candidates))
    epochs = max(candidate.epochs for candidate in candidates)
    job = new_job(request, dataset=dataset)
    return job.model_copy(update={"kind": "tune", "search": search, "progress": Progress(epoch=0, epochs=epochs)})


def _parts(candidates: list[Hyperparameters], request: TuneRequest, *, dataset: Dataset, workers: int) -> int:
    known = [candidate.for_the_network() for candidate in candidates]
    return parts_of(known, networks_of_each=_splits(request, dataset=dataset), dataset=dataset, workers=workers)


def _splits(request: TuneRequest, *, dataset: Dataset) -> int:
    folds = dataset.images["train"] if request.folds == "leave-one-out" else request.folds
    return folds * request.repeats


def _check_folds(request: TuneRequest, *, dataset: Dataset) -> None:
    try:
        check_folds(list(dataset.counts["train"].values()), folds=request.folds, repeats=request.repeats)
    except InvalidData as error:
        pointer = "/repeats" if str(error).startswith("repeats") else "/folds"
        raise InvalidRequest.at(pointer, str(error)) from error


def _check_candidates(
    candidates: list[Hyperparameters], request: TuneRequest, *, dataset: Dataset, settings: Settings
) -> None:
    known = [for_the_network(candidate, search=request.search) for candidate in candidates]
    try:
        check_candidates(known, objective=request.objective, members=request.members)
        for candidate in known:
            check_fit(candidate, dataset=dataset)
    except InvalidHyperparameter as error:
        raise invalid_search(error, search=request.search) from error
    for each in candidates:
        check_size(each, dataset=dataset, settings=settings)
    check_members(request, settings=settings)


def _check_work(
    candidates: list[Hyperparameters], request: TuneRequest, *, dataset: Dataset, settings: Settings
) -> None:
    """Raise InvalidRequest for more networks, or more epochs of all of them, than the settings allow."""
    splits = _splits(request, dataset=dataset)
    lanes = splits * len(candidates)
    if lanes > settings.max_lanes:
        raise too_large("/candidates", f"{lanes} networks (candidates x folds x repeats)", settings.max_lanes)
    lane_epochs = splits * sum(candidate.epochs for candidate in candidates)
    if lane_epochs > settings.max_lane_epochs:
        raise too_large("/candidates", f"{lane_epochs} epochs of all networks together", settings.max_lane_epochs)
    works = [work_of(candidate, dataset=dataset) for candidate in candidates]
    check_work(splits * sum(works) + request.members * max(works), pointer="/candidates", settings=settings)
