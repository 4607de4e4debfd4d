"""Execute a training job, in a worker process or anywhere else: from its row to a version of its model."""

import functools
from typing import Any

import structlog

from app import pipeline
from app.errors import DatasetNotFound, InternalError, OutOfMemory, WorkerDied, problem
from app.schemas import Hyperparameters, ModelVersion
from app.services.register_version import register_version
from app.services.training_report import CancelledError, TrainingReport
from app.storage import datasets, history, jobs
from app.storage.database import Connection
from app.storage.dataset_file import read_splits
from app.storage.jobs import MAX_DEATHS, Attempt, SupersededError
from app.storage.store import Store
from nncore import TrainedModel, Training, parameter_file
from nncore.errors import NncoreError


def execute_training(job_id: str, *, store: Store) -> None:
    """Begin an attempt and take the job to a final state; nothing happens for a job that has ended already."""
    with store.database.write() as connection:
        attempt = jobs.claim(connection, job_id)
        if attempt is None:
            return
        history.delete(connection, job_id)
    try:
        _execute(attempt, store=store)
    except SupersededError:
        structlog.get_logger().warning("attempt superseded", job=job_id, attempt=attempt.job.attempt)


def _execute(attempt: Attempt, *, store: Store) -> None:
    try:
        _check(attempt)
        _train(attempt, store=store)
    except CancelledError:
        with store.database.write() as connection:
            jobs.end_cancelled(connection, attempt)
    except SupersededError:
        raise
    except Exception as error:  # noqa: BLE001, whatever it is, the job has to end in a state that says so
        _fail(attempt, error, store=store)


def _check(attempt: Attempt) -> None:
    if attempt.wish == "cancel":
        raise CancelledError
    if attempt.deaths >= MAX_DEATHS:
        raise WorkerDied(
            f"the worker process died in each of {attempt.deaths} attempts; its memory may not suffice for this job"
        )


def _train(attempt: Attempt, *, store: Store) -> None:
    training = _prepare(attempt, store=store)
    report = TrainingReport(training, store=store, attempt=attempt)
    report.write()
    for _ in training:
        report.look()
    report.write()
    model = training.result()
    told = {"first_layer": training.first_layer, "warnings": training.warnings(model)}
    _register(model, attempt=attempt, store=store, **told)


def _prepare(attempt: Attempt, *, store: Store) -> Training:
    job = attempt.job
    with store.database.read() as connection:
        dataset = datasets.get(connection, job.dataset)
        file = datasets.file_of(connection, job.dataset)
    if dataset.digest != job.dataset_digest:
        raise DatasetNotFound(f"the dataset {job.dataset!r} is no longer the one that the job was made for")
    splits = read_splits(store.files.path(file))
    return Training(
        *splits["train"],
        classes=dataset.classes,
        hyperparameters=Hyperparameters(**job.hyperparameters).for_the_network(),
        test=splits.get("test"),
        record_every=job.record_every,
    )


def _register(model: TrainedModel, *, attempt: Attempt, store: Store, **told: Any) -> None:
    job = attempt.job
    with store.database.read() as connection:
        dataset = datasets.get(connection, job.dataset)
    with store.files.temporary() as path:
        parameter_file.write(
            path,
            model=model,
            hyperparameters=job.hyperparameters,
            preprocessing=pipeline.description(),
            classes=dataset.classes,
            dataset={"name": dataset.name, "digest": dataset.digest},
        )
        register_version(
            path,
            store=store,
            name=job.model.name,
            before=functools.partial(_succeed, attempt=attempt),
            job_id=job.id,
            **told,
        )


def _succeed(connection: Connection, version: ModelVersion, *, attempt: Attempt) -> None:
    jobs.succeed(
        connection,
        attempt,
        version=version.version,
        metrics=version.metrics,
        first_layer=str(version.first_layer),
        warnings=[warning.model_dump() for warning in version.warnings],
    )


def _fail(attempt: Attempt, error: Exception, *, store: Store) -> None:
    told = _told(error)
    if isinstance(told, InternalError):
        structlog.get_logger().error("job failed", job=attempt.job.id, attempt=attempt.job.attempt, exc_info=error)
    with store.database.write() as connection:
        jobs.fail(connection, attempt, error=problem(told))


def _told(error: Exception) -> NncoreError:
    """Return what a client is told of an error: never more than that something went wrong, if it is our fault."""
    if isinstance(error, NncoreError):
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory("the training needs more memory than its worker has; fewer units or images may help")
    return InternalError("the training failed for a reason that is not the request's; the log of the service has it")
