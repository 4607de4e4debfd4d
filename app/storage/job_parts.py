"""Statements about the parts into which a job's lanes are divided, each an attempt of its own."""

from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, and_, case, func, select, update

from app.schemas.clock import now
from app.storage import jobs
from app.storage.database import Connection
from app.storage.jobs import MAX_DEATHS, Attempt, Part
from app.storage.tables import job_parts
from app.storage.tables import jobs as jobs_table
from app.worker_process import WorkerProcess
from nncore.checkpoint import State


@dataclass(frozen=True)
class Advance:
    """How far all parts of a job are together."""

    done: float
    """From 0 to 1."""
    seconds_left: float | None


def claim(
    connection: Connection,
    job_id: str,
    number: int,
    *,
    resumed: int | None = None,
    process: WorkerProcess | None = None,
) -> Attempt | None:
    """Begin an attempt at a part, or return None for one that is finished, or of a job that is not to be executed.

    A part that is found training was left by a worker that died. The job's own attempt is a new one when its first part
    begins, and whenever a part begins again.
    """
    part = connection.execute(select(job_parts).where(_is(job_id, number))).one_or_none()
    if part is None or part.status == "finished":
        return None
    died = part.status == "running"
    deaths = part.deaths + died
    new = 1 if died and deaths < MAX_DEATHS else case((jobs_table.c.status == "queued", 1), else_=0)
    before = jobs.get(connection, job_id)
    claimed = connection.execute(
        update(jobs_table)
        .where(jobs_table.c.id == job_id, jobs_table.c.status.in_(("queued", "running")))
        .where(jobs_table.c.resumed == (before.resumed if resumed is None else resumed))
        .values(status="running", held=False, attempt=jobs_table.c.attempt + new)
        .values(started_at=func.coalesce(jobs_table.c.started_at, now()))
    )
    if claimed.rowcount == 0:
        return None
    untold = jobs.untold_after(part, died=died)
    mine = Part(number=number, attempt=part.attempt + 1)
    begun = {"status": "running", "attempt": mine.attempt, "deaths": deaths, "seconds_left": None}
    seen = process and process.seen()
    connection.execute(update(job_parts).where(_is(job_id, number)).values(begun | {"worker": seen, "untold": untold}))
    if died or before.status == "queued":
        jobs.tell_status(connection, job_id)
    return replace(jobs.attempt_at(connection, job_id, process=process), part=mine, deaths=deaths, died=untold)


def advance(connection: Connection, attempt: Attempt, *, done: float, seconds_left: float | None) -> Advance:
    """Record which share of its epochs an attempt has done; raises SupersededError.

    Return how far all parts are, as a share of their epochs, and for how long the slowest of them is going to train.
    """
    seen = attempt.process and attempt.process.seen()
    _write(connection, attempt, done=done, seconds_left=seconds_left, worker=seen)
    parts = connection.execute(select(job_parts).where(job_parts.c.job_id == attempt.job.id)).all()
    left = [part.seconds_left for part in parts]
    return Advance(done=sum(part.done for part in parts) / len(parts), seconds_left=None if None in left else max(left))


def note_checkpoint(connection: Connection, attempt: Attempt, *, size: int) -> None:
    """Note the bytes of a checkpoint, and forget the deaths: the part has come further. Raises SupersededError."""
    _write(connection, attempt, deaths=0, checkpoint_bytes=size)
    sizes = select(func.sum(job_parts.c.checkpoint_bytes)).where(job_parts.c.job_id == attempt.job.id)
    jobs.note_checkpoint(connection, attempt, size=connection.scalar(sizes) or 0)


def note_standing(connection: Connection, attempt: Attempt, *, standing: State) -> list[State]:
    """Record what the lanes of a part are worth, and return what those of all parts are; raises SupersededError."""
    packed = BytesIO()
    np.savez_compressed(packed, **standing)  # type: ignore[arg-type]
    _write(connection, attempt, standing=packed.getvalue())
    of_all = select(job_parts.c.standing).where(job_parts.c.job_id == attempt.job.id, job_parts.c.standing.is_not(None))
    of_all = of_all.order_by(job_parts.c.number)
    return [_unpacked(each) for each in connection.scalars(of_all)]


def finish(connection: Connection, attempt: Attempt) -> None:
    """End a part, whose last checkpoint is its result; raises SupersededError."""
    _write(connection, attempt, status="finished", seconds_left=0.0)


def _unpacked(content: bytes) -> State:
    with np.load(BytesIO(content), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _is(job_id: str, number: int) -> ColumnElement[bool]:
    return and_(job_parts.c.job_id == job_id, job_parts.c.number == number)


def _write(connection: Connection, attempt: Attempt, **values: Any) -> None:
    jobs.check(connection, attempt)
    if attempt.part is not None:
        connection.execute(jobs.of_part(attempt.job.id, attempt.part).values(values))
