"""What a job without a version has learned, from its newest checkpoint, or from those of its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app import pipeline
from app.errors import DatasetNotFound, ModelNotServable
from app.schemas.datasets import DatasetReference
from app.schemas.jobs import Job
from app.schemas.models import ModelVersion
from app.storage import checkpoints, datasets, jobs, models
from app.storage.checkpoints import BrokenCheckpoint
from app.storage.database import Connection
from app.storage.store import Store
from nncore import TrainedModel
from nncore.trained_model import joined


@dataclass(frozen=True)
class Snapshot:
    """What a checkpoint can answer, and the file that it stands in."""

    model: TrainedModel
    epoch: int
    file: str
    size: int


def job_snapshot(job_id: str, *, store: Store) -> tuple[ModelVersion, TrainedModel, int] | ModelVersion:
    """Return a network with its epoch, as if it were a version; or, of a job that has made one, its version.

    Of a divided ensemble it has the members of those parts that have a checkpoint, and the epoch is that of the one
    that is least far. Raises JobNotFound, and ModelNotServable where there is neither.
    """
    with store.database.read() as connection:
        job = jobs.get(connection, job_id)
        if job.model.version is not None:
            return models.get_version(connection, job.model.name, job.model.version)
        classes = _classes(connection, job)
    found = snapshots(job, store=store)
    if not found:
        raise ModelNotServable(f"job {job_id} is {job.status} and has no checkpoint that can answer")
    return (
        _as_version(job, found, classes=classes),
        joined([each.model for each in found]),
        min(each.epoch for each in found),
    )


def snapshots(job: Job, *, store: Store, is_good: Callable[[TrainedModel], bool] = lambda _: True) -> list[Snapshot]:
    """Return what answers for a job: its newest good checkpoint alone, or those of its parts, as far as there are."""
    of_parts = (_newest(job, store=store, is_good=is_good, part=number) for number in range(1, job.parts + 1))
    whole = _newest(job, store=store, is_good=is_good)
    return [whole] if whole else [each for each in of_parts if each]


def _classes(connection: Connection, job: Job) -> list[str]:
    """Return the names of what the job's network answers, which its dataset alone knows; raises ModelNotServable."""
    try:
        dataset = datasets.get(connection, job.dataset)
    except DatasetNotFound:
        dataset = None
    if dataset is None or dataset.digest != job.dataset_digest:
        raise ModelNotServable(f"the dataset {job.dataset!r} of job {job.id} is gone, and with it the classes' names")
    return dataset.classes


def _newest(
    job: Job, *, store: Store, is_good: Callable[[TrainedModel], bool], part: int | None = None
) -> Snapshot | None:
    """Return what the newest sound checkpoint of a job, or of a part of it, can answer, where it can."""
    for file in checkpoints.newest_first(store.files, job.id, part=part):
        try:
            found = checkpoints.read_snapshot(store.files, file, activation=job.hyperparameters["activation"])
        except BrokenCheckpoint:
            continue
        if found is not None and is_good(found[0]):
            return Snapshot(*found, file=file, size=store.files.path(file).stat().st_size)
    return None


def _as_version(job: Job, found: Sequence[Snapshot], *, classes: list[str]) -> ModelVersion:
    digests = [checkpoints.digest_of(each.file) for each in found]
    return ModelVersion(
        name=f"job:{job.id}",
        version=0,
        classes=classes,
        hyperparameters=job.hyperparameters,
        metrics={},
        dataset=DatasetReference(name=job.dataset, digest=job.dataset_digest),
        preprocessing=pipeline.description(),
        sha256=digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest(),
        size=sum(each.size for each in found),
        job_id=job.id,
        created_at=job.created_at,
    )
