"""Go on with every job that has not ended, after a start or after the engine was away."""

from app.services.forget_checkpoints import forget_checkpoints
from app.storage import checkpoints, jobs
from app.storage.jobs import Turn
from app.storage.store import Store


def release_jobs(*, store: Store) -> None:
    """Put back the jobs of worker processes that ended together with the service, whichever way it ended."""
    with store.database.write() as connection:
        jobs.requeue(connection)


def unfinished_jobs(*, store: Store, forgiven: bool) -> list[Turn]:
    """Return the turns of the jobs that wait or train, the oldest first; if `forgiven`, deaths so far do not count."""
    if forgiven:
        with store.database.write() as connection:
            jobs.forgive(connection)
    with store.database.read() as connection:
        return jobs.unfinished(connection)


def clear_checkpoints(*, store: Store) -> None:
    """Remove the checkpoints of jobs that have ended, which a crash has left; where they cannot be reached, not now."""
    with store.tolerating_a_fault("clearing of checkpoints"):
        for job_id in checkpoints.job_ids(store.files):
            if not _was_judged(job_id, store=store):
                forget_checkpoints(job_id, store=store)


def _was_judged(job_id: str, *, store: Store) -> bool:
    """Return whether a job has failed and keeps a single checkpoint, which need not be read at each start."""
    with store.database.read() as connection:
        status = jobs.status_of(connection, job_id)
    return status == "failed" and len(checkpoints.all_of(store.files, job_id)) == 1
