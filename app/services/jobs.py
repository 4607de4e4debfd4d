"""Look at jobs, pause, resume, cancel and delete them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.errors import JobNotFound
from app.schemas.jobs import Event, Job
from app.schemas.pages import Page
from app.schemas.tuning import Leaderboard
from app.services.execution import Engine
from app.storage import checkpoints, events, history, jobs, leaderboards
from app.storage.pages import page_of
from app.storage.store import Store


def get_job(job_id: str, *, store: Store) -> Job:
    """Return a job; raises JobNotFound."""
    with store.database.read() as connection:
        return jobs.get(connection, job_id)


def list_jobs(*, store: Store, limit: int, cursor: str | None, **filters: str | None) -> Page[Job]:
    """Return jobs, the newest first; raises InvalidRequest for a cursor that is none."""
    with store.database.read() as connection:
        return jobs.page(connection, limit=limit, cursor=cursor, **filters)


def get_history(job_id: str, *, store: Store, max_points: int | None = None) -> dict[str, list[Any]]:
    """Return what was recorded of a job's epochs, one list a name; raises JobNotFound.

    Of more than `max_points` epochs there remain the first, the last, and of each stretch between them those of the
    lowest and of the highest cost, so that no peak is lost.
    """
    with store.database.read() as connection:
        jobs.get(connection, job_id)
        columns = history.columns_of(connection, job_id)
    if max_points is None or len(columns["epoch"]) <= max_points:
        return columns
    kept = thinned(columns["cost"], max_points=max_points)
    return {name: [values[index] for index in kept] for name, values in columns.items()}


def get_events(job_id: str, *, store: Store, after: int, limit: int) -> Page[Event]:
    """Return the events of a job that come after one, the oldest first; raises JobNotFound."""
    with store.database.read() as connection:
        jobs.get(connection, job_id)
        found = events.after(connection, job_id, after, limit=limit + 1)
    return page_of(found, limit=limit, cursor=lambda event: str(event.id), item=lambda event: event)


def get_leaderboard(job_id: str, *, store: Store) -> Leaderboard:
    """Return all candidates of a search; raises JobNotFound, also for a job that searches nothing."""
    with store.database.read() as connection:
        job = jobs.get(connection, job_id)
        if job.search is None:
            raise JobNotFound(f"job {job_id} is of kind {job.kind}; one of kind tune has a leaderboard")
        return leaderboards.get(connection, job_id)


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
        engine.submit(job.id, resumed=job.resumed, priority=job.priority, parts=job.parts)
    return job


def thinned(costs: Sequence[float | None], *, max_points: int) -> list[int]:
    """Return which of many values to keep: the first, the last, and the lowest and highest of each stretch between."""
    stretches = (max_points - 2) // 2
    inner = np.array([math.inf if cost is None else cost for cost in costs[1:-1]])
    kept = {0, len(costs) - 1}
    for stretch in np.array_split(np.arange(len(inner)), stretches) if stretches else ():
        kept |= {1 + int(stretch[choose(inner[stretch])]) for choose in (np.argmin, np.argmax)}
    return sorted(kept)
