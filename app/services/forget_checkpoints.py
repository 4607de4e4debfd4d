"""Remove the checkpoints of a job that has ended; one that has failed keeps what it had learned."""

from collections.abc import Callable

from app.errors import DatasetNotFound, JobNotFound
from app.schemas.jobs import Job
from app.services.job_snapshot import snapshots
from app.storage import checkpoints, datasets, jobs
from app.storage.dataset_file import read_splits
from app.storage.jobs import FINAL
from app.storage.store import Store
from nncore import TrainedModel
from nncore.errors import Diverged


def forget_checkpoints(job_id: str, *, store: Store) -> None:
    """Remove all of them, or those of a failed job that do not answer for it; nothing while it is not over."""
    try:
        with store.database.read() as connection:
            job = jobs.get(connection, job_id)
    except JobNotFound:
        checkpoints.remove(store.files, job_id)
        return
    if job.status == "failed":
        _keep_the_answer(job, store=store)
    elif job.status in FINAL:
        checkpoints.remove(store.files, job_id)


def _keep_the_answer(job: Job, *, store: Store) -> None:
    there = checkpoints.all_of(store.files, job.id)
    kept = snapshots(job, store=store, is_good=_judge(job, store=store)) if there else []
    for file in set(there).difference(each.file for each in kept):
        store.files.remove(file)
    with store.database.write() as connection:
        jobs.note_kept_bytes(connection, job.id, size=sum(each.size for each in kept))


def _judge(job: Job, *, store: Store) -> Callable[[TrainedModel], bool]:
    """Return what tells the states from before the update that made a job diverge: the cost of these is a number."""
    if job.error is None or job.error.code != Diverged.code:
        return lambda _: True
    try:
        with store.database.read() as connection:
            file = datasets.file_of(connection, job.dataset)
    except DatasetNotFound:
        return lambda _: False
    images = read_splits(store.files.path(file))["train"][0]
    return lambda model: model.is_finite_on(images)
