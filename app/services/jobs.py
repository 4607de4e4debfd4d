"""Look at jobs, pause, resume, cancel and delete them."""

from typing import Any

from app.schemas import Job, Page
from app.services.execution import Engine
from app.storage import checkpoints, history, jobs
from app.storage.store import Store


def get_job(job_id: str, *, store: Store) -> Job:
    """Return a job; raises JobNotFound."""
    with store.database.read() as connection:
        return jobs.get(connection, job_id)


def list_jobs(*, store: Store, limit: int, cursor: str | None, **filters: str | None) -> Page[Job]:
    """Return jobs, the newest first; raises InvalidRequest for a cursor that is none."""
    with store.database.read() as connection:
        return jobs.page(connection, limit=limit, cursor=cursor, **filters)


def get_history(job_id: str, *, store: Store) -> dict[str, list[Any]]:
    """Return what was recorded of a job's epochs, one list a name; raises JobNotFound."""
    with store.database.read() as connection:
        jobs.get(connection, job_id)
        return history.columns_of(connection, job_id)


def cancel_job(job_id: str, *, keep: bool = False, store: Store, engine: Engine) -> Job:
    """Cancel a job, or ask its worker to; what it has learned can be kept. Raises JobNotFound, StateNotAllowed."""
    with store.database.write() as connection:
        job = jobs.cancel(connection, job_id, keep=keep)
    if job.status == "cancelled":
        checkpoints.remove(store.files, job_id)
    return _handed_on(job, engine)


def pause_job(job_id: str, *, store: Store) -> Job:
    """Pause a job, or ask its worker to; raises JobNotFound, StateNotAllowed."""
    with store.database.write() as connection:
        return jobs.pause(connection, job_id)


def resume_job(job_id: str, *, store: Store, engine: Engine) -> Job:
    """Let a paused job go on from its checkpoint; raises JobNotFound, StateNotAllowed."""
    with store.database.write() as connection:
        job = jobs.resume(connection, job_id)
    return _handed_on(job, engine)


def delete_job(job_id: str, *, store: Store) -> None:
    """Delete a job that has ended; the model that it made stays. Raises JobNotFound, StateNotAllowed."""
    with store.database.write() as connection:
        jobs.delete(connection, job_id)
    checkpoints.remove(store.files, job_id)


def _handed_on(job: Job, engine: Engine) -> Job:
    if job.status == "queued":
        engine.submit(job.id, resumed=job.resumed, priority=job.priority)
    return job
