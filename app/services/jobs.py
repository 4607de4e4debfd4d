"""Look at jobs, cancel and delete them."""

from typing import Any

from app.schemas import Job, Page
from app.storage import history, jobs
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


def cancel_job(job_id: str, *, store: Store) -> Job:
    """Cancel a job, or ask its worker to; raises JobNotFound, StateNotAllowed."""
    with store.database.write() as connection:
        return jobs.cancel(connection, job_id)


def delete_job(job_id: str, *, store: Store) -> None:
    """Delete a job that has ended; the model that it made stays. Raises JobNotFound, StateNotAllowed."""
    with store.database.write() as connection:
        jobs.delete(connection, job_id)
