"""After a start, go on with every job that has not ended."""

from app.services.execution import Engine
from app.storage import jobs
from app.storage.store import Store


def release_jobs(*, store: Store) -> None:
    """Put back the jobs of worker processes that ended together with the service, whichever way it ended."""
    with store.database.write() as connection:
        jobs.requeue(connection)


def recover_jobs(*, store: Store, engine: Engine) -> None:
    """Hand every unfinished job to the engine."""
    with store.database.read() as connection:
        unfinished = jobs.unfinished(connection)
    for job_id in unfinished:
        engine.submit(job_id)
