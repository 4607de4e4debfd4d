"""Statements about the outbox of webhooks: what is still to be sent, by whom of several processes, and when."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy import select, update

from app.schemas.clock import now
from app.schemas.jobs import Job
from app.storage import events
from app.storage.database import Connection
from app.storage.tables import jobs, webhooks

LEASE = timedelta(seconds=30)
"""For so long nobody else sends what a process has taken; then it is thought dead."""

NOT_DELIVERED = "webhook-not-delivered"
"""The code of the one warning that may follow the end of a job."""


@dataclass(frozen=True)
class Delivery:
    """A message that is this process's to send, until the lease is over."""

    id: str
    job_id: str
    url: str
    secret: str | None
    body: str
    attempt: int
    """Counts from 1."""
    request: str | None = None
    """The id of the request that made the job."""


def add(connection: Connection, job: Job) -> None:
    """Put what is to be told of a job into the outbox, in the transaction of its end."""
    at = now()
    told = {"type": f"job.{job.status}", "timestamp": at.isoformat().replace("+00:00", "Z")}
    body = json.dumps(told | {"data": job.model_dump(mode="json")})
    values = {"id": f"msg_{uuid.uuid4().hex}", "job_id": job.id, "body": body, "attempt": 0, "due_at": at}
    connection.execute(insert_into(webhooks).values(values))


def next_due(connection: Connection, *, at: datetime) -> str | None:
    """Return the id of the message that is due longest, or None."""
    statement = select(webhooks.c.id).where(webhooks.c.due_at <= at).order_by(webhooks.c.due_at).limit(1)
    return connection.scalar(statement)


def take(connection: Connection, message: str, *, at: datetime) -> Delivery | None:
    """Take the lease of a message that is due, or return None where another has it."""
    taken = update(webhooks).where(webhooks.c.id == message, webhooks.c.due_at <= at)
    taken = taken.values(due_at=at + LEASE, attempt=webhooks.c.attempt + 1)
    if connection.execute(taken).rowcount == 0:
        return None
    of_the_job = (jobs.c.webhook_url, jobs.c.webhook_secret, jobs.c.request)
    statement = select(webhooks, *of_the_job).join(jobs, jobs.c.id == webhooks.c.job_id)
    row = connection.execute(statement.where(webhooks.c.id == message)).one()
    return Delivery(row.id, row.job_id, row.webhook_url, row.webhook_secret, row.body, row.attempt, row.request)


def end(connection: Connection, delivery: Delivery) -> None:
    """Forget a message that has arrived."""
    connection.execute(delete_from(webhooks).where(webhooks.c.id == delivery.id))


def postpone(connection: Connection, delivery: Delivery, *, due_at: datetime) -> None:
    """Have a message sent again later, unless another has taken it meanwhile."""
    this = update(webhooks).where(webhooks.c.id == delivery.id, webhooks.c.attempt == delivery.attempt)
    connection.execute(this.values(due_at=due_at))


def give_up(connection: Connection, delivery: Delivery, *, detail: str) -> None:
    """Forget a message that does not arrive, and say so in the job's log."""
    this = delete_from(webhooks).where(webhooks.c.id == delivery.id, webhooks.c.attempt == delivery.attempt)
    if connection.execute(this).rowcount:
        events.append(connection, delivery.job_id, "warning", {"code": NOT_DELIVERED, "detail": detail})
