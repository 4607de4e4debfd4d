"""Statements about the log of a job: what happened to it, in order, kept as long as the job itself."""

from collections.abc import Collection

from sqlalchemy import insert as insert_into
from sqlalchemy import select, update

from app.schemas.clock import now
from app.schemas.fields import Json
from app.schemas.jobs import Event, EventKind
from app.storage.database import Connection
from app.storage.tables import events, jobs


def append(connection: Connection, job_id: str, kind: EventKind, data: Json) -> None:
    """Add an event to a job's log, in the transaction of the change that it tells of; `at` is added to its data.

    The number is taken from the job's row, which stays locked until the end of the transaction: whoever sees an event
    sees all that came before it.
    """
    numbered = update(jobs).where(jobs.c.id == job_id).values(last_event=jobs.c.last_event + 1)
    number = connection.execute(numbered.returning(jobs.c.last_event)).scalar_one()
    stamped = {"at": now().isoformat().replace("+00:00", "Z"), **data}
    connection.execute(insert_into(events).values(job_id=job_id, id=number, event=kind, data=stamped))


def after(connection: Connection, job_id: str, event_id: int, *, limit: int) -> list[Event]:
    """Return the events of a job that come after one, the oldest first; 0 is before all of them."""
    statement = select(events).where(events.c.job_id == job_id, events.c.id > event_id)
    rows = connection.execute(statement.order_by(events.c.id).limit(limit)).all()
    return [Event(id=row.id, event=row.event, data=row.data) for row in rows]


def newest(connection: Connection, job_ids: Collection[str]) -> dict[str, int]:
    """Return the number of the newest event of each job that is there."""
    statement = select(jobs.c.id, jobs.c.last_event).where(jobs.c.id.in_(job_ids))
    return {row.id: row.last_event for row in connection.execute(statement)}
