"""What a job that is not over has learned so far, from its newest checkpoint."""

from app import pipeline
from app.errors import ModelNotServable
from app.schemas.datasets import DatasetReference
from app.schemas.jobs import Job
from app.schemas.models import ModelVersion
from app.storage import checkpoints, datasets, jobs, models
from app.storage.checkpoints import BrokenCheckpoint
from app.storage.store import Store
from nncore import TrainedModel


def job_snapshot(job_id: str, *, store: Store) -> tuple[ModelVersion, TrainedModel, int] | ModelVersion:
    """Return a network with its epoch, as if it were a version; or, of a job that is over, its version.

    Raises JobNotFound, and ModelNotServable where there is neither.
    """
    with store.database.read() as connection:
        job = jobs.get(connection, job_id)
        if job.model.version is not None:
            return models.get_version(connection, job.model.name, job.model.version)
        classes = datasets.get(connection, job.dataset).classes
    for file in checkpoints.newest_first(store.files, job_id):
        try:
            found = checkpoints.read_snapshot(store.files, file, activation=job.hyperparameters["activation"])
        except BrokenCheckpoint:
            continue
        if found is not None:
            size = store.files.path(file).stat().st_size
            version = _as_version(job, classes=classes, sha256=checkpoints.digest_of(file), size=size)
            return version, *found
    raise ModelNotServable(f"job {job_id} is {job.status} and has no checkpoint that can answer")


def _as_version(job: Job, *, classes: list[str], sha256: str, size: int) -> ModelVersion:
    return ModelVersion(
        name=f"job:{job.id}",
        version=0,
        classes=classes,
        hyperparameters=job.hyperparameters,
        metrics={},
        dataset=DatasetReference(name=job.dataset, digest=job.dataset_digest),
        preprocessing=pipeline.description(),
        sha256=sha256,
        size=size,
        job_id=job.id,
        created_at=job.created_at,
    )
