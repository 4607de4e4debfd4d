"""Execute a job that trains or tunes, in a worker process or anywhere else: from its row to a version of its model."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog

from app import pipeline
from app.errors import InternalError, OutOfMemory, WorkerDied, problem
from app.schemas.jobs import StoppedBy
from app.schemas.models import ModelVersion
from app.services.checkpoint_keeper import Rhythm, begin
from app.services.division import take_over_parts
from app.services.forget_checkpoints import forget_checkpoints
from app.services.part_of_ensemble_report import PartOfEnsembleReport
from app.services.part_of_search_report import PartOfSearchReport
from app.services.patience import patiently
from app.services.prepare_job import prepare_job, prepare_part, prepare_search
from app.services.register_version import register_version
from app.services.tell_waiting import tell_waiting
from app.services.train_with_checkpoints import train_with_checkpoints
from app.services.training_report import Trainable, TrainingReport
from app.services.tuning_report import TuningReport
from app.services.wishes import ENDS, CancelledError, KeptError, PausedError, Wishes
from app.services.worker_deaths import tell_deaths
from app.storage import datasets, job_parts, jobs
from app.storage.database import Connection
from app.storage.jobs import MAX_DEATHS, Attempt, SupersededError
from app.storage.store import Store
from app.worker_process import WorkerProcess
from nncore import Training, Tuning, parameter_file
from nncore.errors import NncoreError

NOT_BEGUN = "the training goes on as soon as what it needs can be read"
NOT_ENDED = "the model is registered as soon as it can be"


def execute_training(
    job_id: str,
    *,
    store: Store,
    part: int | None = None,
    resumed: int | None = None,
    rhythm: Rhythm | None = None,
    process: WorkerProcess | None = None,
) -> None:
    """Begin an attempt and take the job to a final state, or to paused; nothing happens for a job that has ended.

    Given a part of a divided job, take that to its end; the job itself can be executed once all are there.
    """
    with store.database.write() as connection:
        if part is None:
            attempt = jobs.claim(connection, job_id, resumed=resumed, process=process)
        else:
            attempt = job_parts.claim(connection, job_id, part, resumed=resumed, process=process)
    if attempt is None:
        return
    with structlog.contextvars.bound_contextvars(request=attempt.request):
        try:
            with Wishes(attempt, store=store) as wishes:
                _execute(attempt, store=store, wishes=wishes, rhythm=rhythm or Rhythm())
        except SupersededError:
            structlog.get_logger().warning("attempt superseded", job=job_id, attempt=attempt.job.attempt)
    with store.tolerating_a_fault("clearing of checkpoints", job=job_id):
        forget_checkpoints(job_id, store=store)


def _execute(attempt: Attempt, *, store: Store, wishes: Wishes, rhythm: Rhythm) -> None:
    try:
        _check(attempt, store=store)
        _train(attempt, store=store, wishes=wishes, rhythm=rhythm)
    except KeptError:
        patiently(_in_transaction, jobs.end_cancelled, attempt, store=store, why_not_kept=_nothing_learned(attempt))
    except CancelledError:
        patiently(_in_transaction, jobs.end_cancelled, attempt, store=store)
    except PausedError:
        patiently(_in_transaction, jobs.end_paused, attempt, store=store)
    except SupersededError:
        raise
    except Exception as error:  # noqa: BLE001, whatever it is, the job has to end in a state that says so
        _fail(attempt, error, store=store)


def _check(attempt: Attempt, *, store: Store) -> None:
    how = tell_deaths(attempt, store=store)
    if attempt.wish in ("cancel", "pause"):
        raise ENDS[attempt.wish]
    if attempt.deaths >= MAX_DEATHS:
        raise WorkerDied(
            f"the worker process died in each of {attempt.deaths} attempts, and none came as far as a checkpoint; "
            f"of the last: {how}"
        )


def _train(attempt: Attempt, *, store: Store, wishes: Wishes, rhythm: Rhythm) -> None:
    rhythm = replace(rhythm, epochs=attempt.job.checkpoint_every or rhythm.epochs)
    train = functools.partial(train_with_checkpoints, attempt=attempt, store=store, wishes=wishes, rhythm=rhythm)
    if attempt.part is not None:
        _train_part(attempt.part.number, attempt=attempt, store=store, wishes=wishes, train=train)
        return
    job = attempt.job
    prepare = functools.partial(prepare_job, job, store=store)
    tell = functools.partial(tell_waiting, meanwhile=NOT_ENDED, attempt=attempt, store=store)
    begin_patiently = _patient_beginning(attempt, store=store, wishes=wishes)
    training, trained_seconds = begin_patiently(begin, prepare, job_id=job.id, store=store)
    if job.parts and training.epoch == 0:
        new_part = functools.partial(prepare_part, job=job, store=store)
        take_over_parts(training, new_part, attempt=attempt, store=store, wishes=wishes)
    report_kind = TuningReport if isinstance(training, Tuning) else TrainingReport
    try:
        wishes.look()  # where parts have ended since the job is to be kept, nothing is left to train that would
        stopped_by = train(training, report_kind=report_kind, trained_seconds=trained_seconds)
        end = functools.partial(_end_with, jobs.succeed, attempt=attempt, stopped_by=stopped_by)
    except KeptError:
        if not training.can_be_kept:
            raise
        training.end()
        end = functools.partial(_end_with, jobs.end_kept, attempt=attempt)
        patiently(_register, training, tell=tell, attempt=attempt, store=store, end=end)
    else:
        patiently(_register, training, wait=wishes.wait, tell=tell, attempt=attempt, store=store, end=end)


def _train_part(
    number: int, *, attempt: Attempt, store: Store, wishes: Wishes, train: Callable[..., StoppedBy | None]
) -> None:
    """Take a part of a job to its end, which is where it stands if the job is to be kept."""
    job, search = attempt.job, attempt.job.search
    begin_patiently = _patient_beginning(attempt, store=store, wishes=wishes)
    prepare: Callable[[], Trainable] = functools.partial(prepare_part, number, job=job, store=store)
    report_kind: Callable[..., TrainingReport] = PartOfEnsembleReport
    if search is not None:
        tuning = begin_patiently(prepare_search, job, search, store=store, part=number)
        prepare = functools.partial(tuning.part, number, of=job.parts)
        report_kind = functools.partial(PartOfSearchReport, tuning=tuning)
    part, trained_seconds = begin_patiently(begin, prepare, job_id=job.id, store=store, part=number)
    train(part, report_kind=report_kind, trained_seconds=trained_seconds)


def _patient_beginning(attempt: Attempt, *, store: Store, wishes: Wishes) -> Callable[..., Any]:
    tell = functools.partial(tell_waiting, meanwhile=NOT_BEGUN, attempt=attempt, store=store)
    return functools.partial(patiently, wait=wishes.wait, tell=tell)


def _register(
    training: Training | Tuning, *, attempt: Attempt, store: Store, end: Callable[[Connection, ModelVersion], None]
) -> None:
    job, model = attempt.job, training.result()
    with store.database.read() as connection:
        dataset = datasets.get(connection, job.dataset)
    with store.files.temporary() as path:
        parameter_file.write(
            path,
            model=model,
            hyperparameters=training.best_hyperparameters if isinstance(training, Tuning) else job.hyperparameters,
            preprocessing=pipeline.description(),
            classes=dataset.classes,
            dataset={"name": dataset.name, "digest": dataset.digest},
        )
        register_version(
            path,
            store=store,
            name=job.model.name,
            before=end,
            asked_by=attempt.asked_by,
            first_layer=training.first_layer,
            warnings=training.warnings(model),
            job_id=job.id,
        )


def _end_with(
    statement: Callable[..., None], connection: Connection, version: ModelVersion, *, attempt: Attempt, **more: Any
) -> None:
    statement(
        connection,
        attempt,
        version=version.version,
        metrics=version.metrics,
        first_layer=str(version.first_layer),
        warnings=[warning.model_dump() for warning in version.warnings],
        **more,
    )


def _nothing_learned(attempt: Attempt) -> str:
    if attempt.job.search is None:
        return "the job was to be kept, but no epoch was done; there is no version"
    return (
        "the job was to be kept, but no network had been trained on all images: a search does so once the best "
        "candidate is known; there is no version, and the leaderboard says what the candidates were worth"
    )


def _fail(attempt: Attempt, error: Exception, *, store: Store) -> None:
    told = _told(error)
    if isinstance(told, InternalError):
        structlog.get_logger().error("job failed", job=attempt.job.id, attempt=attempt.job.attempt, exc_info=error)
    patiently(_in_transaction, jobs.fail, attempt, store=store, error=problem(told))


def _in_transaction(statement: Callable[..., None], attempt: Attempt, *, store: Store, **values: Any) -> None:
    with store.database.write() as connection:
        statement(connection, attempt, **values)


def _told(error: Exception) -> NncoreError:
    """Return what a client is told of an error: never more than that something went wrong, if it is our fault."""
    if isinstance(error, NncoreError):
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory("the training needs more memory than its worker has; fewer units or images may help")
    return InternalError("the training failed for a reason that is not the request's; the log of the service has it")
