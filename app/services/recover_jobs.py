"""After a start, go on with every job that has not ended."""

from app.services.execution import Engine
from app.storage import checkpoints, jobs
from app.storage.store import Store


def release_jobs(*, store: Store) -> None:
    """Put back the jobs of worker processes that ended together with the service, whichever way it ended."""
    with store.database.write() as connection:
        jobs.requeue(connection)
    _clear(store)


def recover_jobs(*, store: Store, engine: Engine) -> None:
    """Hand every unfinished job to the engine."""
    with store.database.read() as connection:
        unfinished = jobs.unfinished(connection)
    for job in unfinished:
        engine.submit(job.id, resumed=job.resumed, priority=job.priority)


def _clear(store: Store) -> None:
    """Remove the checkpoints of jobs that have ended, which a crash has left."""
    with store.database.read() as connection:
        ended = [job_id for job_id in checkpoints.job_ids(store.files) if jobs.is_over(connection, job_id)]
    for job_id in ended:
        checkpoints.remove(store.files, job_id)
