"""Statements about jobs: each change of a job's status is one conditional statement."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import structlog
from sqlalchemy import ColumnElement, Row, Update, and_, case, func, select, true, update
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into

from app.errors import FieldProblem, InvalidRequest, JobNotFound, StateNotAllowed
from app.logs import request_id
from app.schemas.clock import now
from app.schemas.fields import LARGEST_INTEGER, Json
from app.schemas.jobs import Job, Progress
from app.schemas.models import ModelReference
from app.schemas.pages import Page
from app.schemas.webhooks import JobWebhook, Webhook
from app.storage import events, idempotency, webhooks
from app.storage.database import Connection, after_commit
from app.storage.pages import page_of
from app.storage.tables import job_parts, jobs
from app.worker_process import WorkerProcess

MAX_DEATHS = 3
"""After so many attempts that ended with the death of their worker, a job has failed."""

SUPERSEDED = "superseded"
FINAL = ("succeeded", "failed", "cancelled")
COPIED = frozenset(Job.model_fields) - {"model", "progress", "webhook"}
"""Columns that the API shows as they are."""


class SupersededError(Exception):
    """A newer attempt has the job, or it has ended: this one must not write any more."""


class Turn(NamedTuple):
    """What the engine has to know of a job that waits or trains: a job that was resumed has another turn."""

    id: str
    resumed: int
    priority: int
    parts: int


@dataclass(frozen=True)
class Part:
    """A part of a job's lanes, and the number of the attempt at it."""

    number: int
    attempt: int


@dataclass(frozen=True)
class Attempt:
    """The right to write about a job, until a newer attempt begins, at the whole of it or at the same part."""

    job: Job
    deaths: int
    """How many attempts before this one ended without a word."""
    wish: str | None
    asked_by: str | None
    """The id of the key that the job was asked for with."""
    request: str | None
    """The id of the request that made the job, under which all of it is logged."""
    process: WorkerProcess | None
    """Where it is made; None is anywhere else than in a worker process."""
    died: Sequence[Json]
    """The processes that died and of which the job's log does not tell yet, as they were last seen, {} if never."""
    part: Part | None = None

    @property
    def number(self) -> int:
        """Which attempt it is."""
        return self.part.attempt if self.part else self.job.attempt


def insert(
    connection: Connection,
    *,
    job: Job,
    webhook: Webhook | None = None,
    model_bytes: int = 0,
    asked_by: str | None = None,
) -> Job:
    """Add a job whose model is going to take so many bytes, and return it as it is stored."""
    values = job.model_dump(include=set(COPIED)) | {
        "model_name": job.model.name,
        "epoch": job.progress.epoch,
        "epochs": job.progress.epochs,
        "model_bytes": model_bytes,
        "asked_by": asked_by,
        "request": request_id(),
    }
    if webhook is not None:
        secret = webhook.secret
        values |= {"webhook_url": webhook.url, "webhook_secret": secret.get_secret_value() if secret else None}
    connection.execute(insert_into(jobs).values(values))
    for number in range(1, job.parts + 1):
        connection.execute(insert_into(job_parts).values(job_id=job.id, number=number, status="queued"))
    return tell_status(connection, job.id)


def get(connection: Connection, job_id: str) -> Job:
    """Return a job; raises JobNotFound."""
    return _job(_row(connection, job_id))


def page(connection: Connection, *, limit: int, cursor: str | None, **filters: str | None) -> Page[Job]:
    """Return jobs, the newest first, of the given `status`, `dataset` and `model`."""
    columns = {"status": jobs.c.status, "dataset": jobs.c.dataset, "model": jobs.c.model_name}
    statement = select(jobs).order_by(jobs.c.number.desc()).limit(limit + 1)
    statement = statement.where(*(columns[name] == value for name, value in filters.items() if value is not None))
    if cursor is not None:
        statement = statement.where(jobs.c.number < _number(cursor))
    rows = connection.execute(statement).all()
    return page_of(rows, limit=limit, cursor=lambda row: str(row.number), item=_job)


def unfinished(connection: Connection) -> list[Turn]:
    """Return the turns of the jobs that wait or train, the oldest first."""
    statement = select(jobs.c.id, jobs.c.resumed, jobs.c.priority, jobs.c.parts).order_by(jobs.c.number)
    rows = connection.execute(statement.where(jobs.c.status.in_(("queued", "running"))))
    return [Turn(*row) for row in rows]


def count_queued(connection: Connection, *, asked_by: str | None = None) -> int:
    """Return how many jobs wait for a worker, in all or of those that were asked for with a key."""
    statement = select(func.count()).where(jobs.c.status == "queued")
    return connection.scalar(statement if asked_by is None else statement.where(jobs.c.asked_by == asked_by)) or 0


def status_of(connection: Connection, job_id: str) -> str | None:
    """Return the status of a job, or None if it is not there."""
    status: str | None = connection.scalar(select(jobs.c.status).where(jobs.c.id == job_id))
    return status


def counts(connection: Connection) -> dict[str, int]:
    """Return how many jobs there are of each status that any has."""
    statement = select(jobs.c.status, func.count().label("jobs")).group_by(jobs.c.status)
    return {row.status: row.jobs for row in connection.execute(statement)}


def epochs(connection: Connection) -> int:
    """Return how many epochs all jobs together have trained."""
    return int(connection.scalar(select(func.sum(jobs.c.epoch))) or 0)


def requeue(connection: Connection) -> None:
    """Put back all jobs that were training in processes that are known to be gone, without blame for any of them."""
    statement = update(jobs).where(jobs.c.status == "running").values(status="queued")
    for job_id in connection.scalars(statement.returning(jobs.c.id)).all():
        tell_status(connection, job_id)
    connection.execute(update(job_parts).where(job_parts.c.status == "running").values(status="queued"))


def forgive(connection: Connection) -> None:
    """Count no death so far against the jobs that train: more was lost than their worker."""
    connection.execute(update(jobs).where(jobs.c.status == "running", jobs.c.deaths > 0).values(deaths=0))
    connection.execute(update(job_parts).where(job_parts.c.deaths > 0).values(deaths=0))


def claim(
    connection: Connection, job_id: str, *, resumed: int | None = None, process: WorkerProcess | None = None
) -> Attempt | None:
    """Begin an attempt, or return None for a job that has ended, is paused, is gone, was resumed since, or has parts.

    A job that a worker is found to hold was left by one that died: every other end is told. After MAX_DEATHS of them
    there is no further attempt to count, for its only act is to say so. Where all parts have been finished, the
    attempt that they were goes on.
    """
    before = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if before is None:
        return None
    untold = untold_after(before, died=before.status == "running" and before.held)
    held = (jobs.c.status == "running") & jobs.c.held
    died = case((held, jobs.c.deaths + 1), else_=jobs.c.deaths)
    goes_on = (jobs.c.status == "running") & ~jobs.c.held
    claimed = connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status.in_(("queued", "running")))
        .where(true() if resumed is None else jobs.c.resumed == resumed)
        .where(~_some_part(job_parts.c.status != "finished"))
        .values(status="running", held=True, deaths=died, seconds_left=None)
        .values(attempt=jobs.c.attempt + case((~goes_on & (died < MAX_DEATHS), 1), else_=0))
        .values(started_at=func.coalesce(jobs.c.started_at, now()), worker=process and process.seen(), untold=untold)
    )
    if claimed.rowcount == 0:
        return None
    tell_status(connection, job_id)
    return attempt_at(connection, job_id, process=process)


def untold_after(before: Row[Any], *, died: bool) -> list[Json]:
    """Return what is untold of a job or a part when it is claimed, given its row before and whether that is a death."""
    return [*before.untold, before.worker or {}] if died else list(before.untold)


def attempt_at(connection: Connection, job_id: str, *, process: WorkerProcess | None) -> Attempt:
    """Return the attempt that has just begun at a job."""
    row = _row(connection, job_id)
    return Attempt(
        job=_job(row),
        deaths=row.deaths,
        wish=row.wish,
        asked_by=row.asked_by,
        request=row.request,
        process=process,
        died=row.untold,
    )


def check(connection: Connection, attempt: Attempt) -> None:
    """Raise SupersededError if the attempt must not write."""
    _write(connection, _of(attempt).values(attempt=jobs.c.attempt))


def advance(
    connection: Connection, attempt: Attempt, *, epoch: int, seconds_left: float | None, first_layer: str
) -> None:
    """Record how far an attempt is; raises SupersededError."""
    seen = attempt.process and attempt.process.seen()
    values: Json = {"epoch": epoch, "seconds_left": seconds_left, "first_layer": first_layer, "worker": seen}
    _write(connection, _of(attempt).values(values))


def tell_deaths(connection: Connection, attempt: Attempt, *, deaths: Sequence[Json]) -> None:
    """Tell the job's log of the processes that died, of all that it did not tell of; raises SupersededError."""
    mine = _of(attempt) if attempt.part is None else of_part(attempt.job.id, attempt.part)
    _write(connection, mine.values(untold=[]))
    for death in deaths:
        events.append(connection, attempt.job.id, "warning", {"code": "worker-died"} | death)


def note_leaderboard(
    connection: Connection, attempt: Attempt, *, rows: Sequence[Json], best: Json | None, epochs: int
) -> None:
    """Record a search's first candidates, its best once that is known, and its epochs; raises SupersededError."""
    _write(connection, _of(attempt).values(leaderboard=list(rows), best=best, epochs=epochs))


def note_checkpoint(connection: Connection, attempt: Attempt, *, size: int) -> None:
    """Note the bytes of a checkpoint, and forget the deaths: the job has come further. Raises SupersededError."""
    _write(connection, _of(attempt).values(deaths=0, checkpoint_bytes=size))


def note_kept_bytes(connection: Connection, job_id: str, *, size: int) -> None:
    """Note how many bytes the checkpoints take that a failed job keeps."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(checkpoint_bytes=size))


def note_gradient_checks(connection: Connection, attempt: Attempt, *, checks: Sequence[Json]) -> None:
    """Record all checks of an attempt and those before it, and tell of the newest; raises SupersededError."""
    _write(connection, _of(attempt).values(gradient_checks=list(checks)))
    events.append(connection, attempt.job.id, "gradient-check", checks[-1])


def wish_of(connection: Connection, attempt: Attempt) -> str | None:
    """Return what somebody wishes of an attempt: "cancel", "keep", "pause", or SUPERSEDED for one that is over."""
    row = connection.execute(select(jobs.c.wish, jobs.c.status).where(_may_write(attempt))).one_or_none()
    if row is None:
        return SUPERSEDED
    return "pause" if row.status == "paused" else row.wish


def succeed(connection: Connection, attempt: Attempt, *, stopped_by: str | None = None, **made: Any) -> None:
    """End a job with the version of its model, and what it is like; raises SupersededError."""
    _end_with_version(connection, attempt, status="succeeded", seconds_left=0.0, stopped_by=stopped_by, **made)


def fail(connection: Connection, attempt: Attempt, *, error: Json) -> None:
    """End a job with a problem; raises SupersededError."""
    _end(connection, attempt, status="failed", error=error, seconds_left=None)


def end_cancelled(connection: Connection, attempt: Attempt, *, why_not_kept: str | None = None) -> None:
    """End a job as its cancellation was wished for, or say why nothing of it is kept; raises SupersededError."""
    if why_not_kept is not None:
        events.append(connection, attempt.job.id, "warning", {"code": "nothing-to-keep", "detail": why_not_kept})
    _end(connection, attempt, status="cancelled", seconds_left=None)


def end_kept(connection: Connection, attempt: Attempt, **made: Any) -> None:
    """End a job that was cancelled with the version of what it had learned; raises SupersededError."""
    _end_with_version(connection, attempt, status="cancelled", seconds_left=None, **made)


def end_paused(connection: Connection, attempt: Attempt) -> None:
    """End an attempt, but not its job, which the first of its parts that ends so pauses; raises SupersededError."""
    check(connection, attempt)
    running = _of(attempt).where(jobs.c.status == "running")
    paused = connection.execute(running.values(status="paused", wish=None, seconds_left=None))
    if attempt.part is not None:
        connection.execute(of_part(attempt.job.id, attempt.part).values(status="queued"))
    if paused.rowcount:
        tell_status(connection, attempt.job.id)


def cancel(connection: Connection, job_id: str, *, keep: bool = False) -> Job:
    """Cancel a job, or wish for it; raises JobNotFound, StateNotAllowed.

    Where workers train it, they do. To keep what a job that has begun has learned needs a worker, too.
    """
    this = update(jobs).where(jobs.c.id == job_id)
    waiting, begun = jobs.c.status.in_(("queued", "paused")), jobs.c.attempt > 0
    again = jobs.c.resumed + case((jobs.c.status == "paused", 1), else_=0)
    at_once = this.where(waiting | _is_left_alone(), ~begun if keep else true())
    job = _change(
        connection,
        job_id,
        at_once.values(status="cancelled", finished_at=now()),
        this.where(waiting, begun).values(status="queued", wish="keep", resumed=again),
        this.where(jobs.c.status == "running").values(wish="keep" if keep else "cancel"),
        allowed="only one that is queued, running or paused can be cancelled",
    )
    _release_parts(connection, job)
    return job


def pause(connection: Connection, job_id: str) -> Job:
    """Pause a job that waits, or wish for it where it trains; raises JobNotFound, StateNotAllowed."""
    this = update(jobs).where(jobs.c.id == job_id, jobs.c.wish.is_(None) | (jobs.c.wish == "pause"))
    return _change(
        connection,
        job_id,
        this.where((jobs.c.status == "queued") | _is_left_alone()).values(status="paused"),
        this.where(jobs.c.status == "running").values(wish="pause"),
        allowed="only one that is queued or running, and that nobody has cancelled, can be paused",
    )


def fulfil(connection: Connection, job: Job) -> None:
    """Cancel or pause a job as somebody has wished, unless its worker has; a newer attempt hears the wish by itself."""
    this = update(jobs).where(jobs.c.id == job.id, jobs.c.status == "running", jobs.c.attempt == job.attempt)
    cancelled = this.where(jobs.c.wish == "cancel").values(status="cancelled", finished_at=now())
    paused = this.where(jobs.c.wish == "pause").values(status="paused")
    for statement in (cancelled, paused):
        if connection.execute(statement.values(wish=None, seconds_left=None)).rowcount:
            tell_status(connection, job.id)


def resume(connection: Connection, job_id: str) -> Job:
    """Queue a paused job again, or take the wish to pause it back; raises JobNotFound, StateNotAllowed."""
    this = update(jobs).where(jobs.c.id == job_id)
    paused = this.where(jobs.c.status == "paused")
    job = _change(
        connection,
        job_id,
        paused.values(status="queued", deaths=0, resumed=jobs.c.resumed + 1),
        this.where(jobs.c.status == "running", jobs.c.wish == "pause").values(wish=None),
        allowed="only one that is paused can be resumed",
    )
    _release_parts(connection, job)
    return job


def delete(connection: Connection, job_id: str) -> None:
    """Delete a job that has ended, with its history; raises JobNotFound, StateNotAllowed."""
    ended = connection.execute(delete_from(jobs).where(jobs.c.id == job_id, jobs.c.status.in_(FINAL)))
    idempotency.forget(connection, "train", "tune", made=job_id)
    if not ended.rowcount:
        job = get(connection, job_id)
        raise StateNotAllowed(f"job {job_id} is {job.status}; wait for its end, or cancel it, and delete it then")


def _change(connection: Connection, job_id: str, *statements: Update, allowed: str) -> Job:
    """Return the job after the first statement whose condition it meets; raises JobNotFound, StateNotAllowed."""
    changed = any(connection.execute(statement).rowcount for statement in statements)
    job = get(connection, job_id)
    if not changed:
        raise StateNotAllowed(f"job {job_id} is {job.status}; {allowed}")
    return job if job.status == "running" else tell_status(connection, job_id)


def _end_with_version(
    connection: Connection,
    attempt: Attempt,
    *,
    version: int,
    metrics: Json,
    first_layer: str,
    warnings: Sequence[Json] = (),
    **values: Any,
) -> None:
    for warning in warnings:
        events.append(connection, attempt.job.id, "warning", warning)
    made = {"model_version": version, "metrics": metrics, "first_layer": first_layer, "warnings": list(warnings)}
    _end(connection, attempt, **made, **values)


def _end(connection: Connection, attempt: Attempt, **values: Any) -> None:
    _write(connection, _of(attempt).values(finished_at=now(), wish=None, **values))
    tell_status(connection, attempt.job.id)


def tell_status(connection: Connection, job_id: str) -> Job:
    """Add to the job's log which status it has come to, and that nothing follows if it is final; return the job.

    The log of the service gets a line of it, too, once it is so.
    """
    row = _row(connection, job_id)
    job = _job(row)
    after_commit(connection, functools.partial(_log_status, job, request=row.request))
    told = job.model_dump(mode="json", include={"status", "attempt", "model", "error"})
    events.append(connection, job_id, "status", told)
    if job.status in FINAL:
        events.append(connection, job_id, "done", told)
    job = get(connection, job_id)
    if job.status in FINAL and job.webhook is not None:
        webhooks.add(connection, job)
    return job


def _log_status(job: Job, *, request: str | None) -> None:
    about = {"job": job.id, "kind": job.kind, "status": job.status, "attempt": job.attempt, "model": job.model.name}
    more: Json = {} if job.error is None else {"code": job.error.code}
    more |= {} if job.model.version is None else {"version": job.model.version}
    structlog.get_logger().info("job", **about, **more, request=request)


def _of(attempt: Attempt) -> Update:
    """Return an update that changes nothing once a newer attempt has begun or the job has ended."""
    return update(jobs).where(_may_write(attempt))


def _may_write(attempt: Attempt) -> ColumnElement[bool]:
    """Return the condition; who trains a part may still write what it was, after another part has paused the job."""
    job, part = attempt.job, attempt.part
    if part is None:
        return and_(jobs.c.id == job.id, jobs.c.attempt == job.attempt, jobs.c.status == "running")
    current = _some_part(_is_current(part))
    return and_(jobs.c.id == job.id, jobs.c.status.in_(("running", "paused")), current)


def _some_part(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(job_parts.c.number).where(job_parts.c.job_id == jobs.c.id, condition).exists()


def _is_current(part: Part) -> ColumnElement[bool]:
    parts = job_parts.c
    return and_(parts.number == part.number, parts.attempt == part.attempt, parts.status == "running")


def of_part(job_id: str, part: Part) -> Update:
    """Return an update of the part that changes nothing once a newer attempt at it has begun or it has ended."""
    return update(job_parts).where(job_parts.c.job_id == job_id, _is_current(part))


def _is_left_alone() -> ColumnElement[bool]:
    """Return the condition that no worker has anything of a running job, whose parts all wait for one."""
    return and_(jobs.c.status == "running", ~jobs.c.held, ~_some_part(job_parts.c.status == "running"))


def _release_parts(connection: Connection, job: Job) -> None:
    """Let workers begin with the parts of a job that is handed on, even where others are still about to end them."""
    if job.status == "queued":
        running = job_parts.c.status == "running"
        connection.execute(update(job_parts).where(job_parts.c.job_id == job.id, running).values(status="queued"))


def _write(connection: Connection, statement: Update) -> None:
    if connection.execute(statement).rowcount == 0:
        raise SupersededError


def _row(connection: Connection, job_id: str) -> Row[Any]:
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        raise JobNotFound(f"there is no job {job_id!r}; GET /jobs lists those that are there")
    return row


def _job(row: Any) -> Job:
    return Job(
        model=ModelReference(name=row.model_name, version=row.model_version),
        progress=Progress(epoch=row.epoch, epochs=row.epochs, seconds_left=row.seconds_left),
        webhook=None if row.webhook_url is None else JobWebhook(url=_without_query(row.webhook_url)),
        **{name: getattr(row, name) for name in COPIED},
    )


def _without_query(url: str) -> str:
    return urlsplit(url)._replace(query="", fragment="").geturl()


def _number(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or int(cursor[:20]) > LARGEST_INTEGER:
        field = FieldProblem(pointer="/query/cursor", detail="a cursor is what `next` of the page before says")
        raise InvalidRequest("the cursor is none that this list has given", errors=[field])
    return int(cursor)
