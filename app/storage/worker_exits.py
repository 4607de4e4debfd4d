"""Statements about how worker processes ended."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy import select

from app.schemas.clock import now
from app.storage.database import Connection
from app.storage.tables import worker_exits as exits

KEPT = timedelta(hours=24)


class Exit(NamedTuple):
    """How a process ended."""

    code: int
    """Its exit code; of one that a signal ended, the signal's number below zero."""
    resident: int | None
    """How many bytes it had in memory, if it was stopped for having too many."""


def note(connection: Connection, worker: str, told: Exit) -> None:
    """Note the end of a process, and forget those of long ago and of one that had its address."""
    connection.execute(delete_from(exits).where((exits.c.worker == worker) | (exits.c.at <= now() - KEPT)))
    connection.execute(insert_into(exits).values(worker=worker, at=now(), **told._asdict()))


def find(connection: Connection, worker: str) -> Exit | None:
    """Return how a process ended, or None where nobody has told."""
    row = connection.execute(select(exits.c.code, exits.c.resident).where(exits.c.worker == worker)).one_or_none()
    return None if row is None else Exit(*row)
