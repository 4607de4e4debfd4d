"""Statements about what was recorded of a job's epochs."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete as delete_from
from sqlalchemy import func, select
from sqlalchemy import insert as insert_into

from app.storage.database import Connection
from app.storage.tables import history


def insert(connection: Connection, job_id: str, *, columns: Mapping[str, Sequence[Any]]) -> None:
    """Add epochs, given as one list a name; `epoch` is among the names."""
    names = [name for name in columns if name != "epoch"]
    rows = [
        {"job_id": job_id, "epoch": epoch, "values": {name: finite(columns[name][i]) for name in names}}
        for i, epoch in enumerate(columns["epoch"])
    ]
    if rows:
        connection.execute(insert_into(history), rows)


def finite(value: float) -> float | None:
    """Return None for what JSON has no number for."""
    return value if math.isfinite(value) else None


def columns_of(connection: Connection, job_id: str) -> dict[str, list[Any]]:
    """Return all recorded epochs as one list a name; a value that an epoch lacks is None."""
    statement = select(history.c.epoch, history.c["values"]).where(history.c.job_id == job_id)
    rows = connection.execute(statement.order_by(history.c.epoch)).all()
    names = dict.fromkeys(["cost", *(name for _, values in rows for name in values)])
    recorded = {name: [values.get(name) for _, values in rows] for name in names}
    return {"epoch": [epoch for epoch, _ in rows], **recorded}


def last(connection: Connection, job_id: str) -> int:
    """Return the last recorded epoch, 0 where there is none."""
    return connection.scalar(select(func.max(history.c.epoch)).where(history.c.job_id == job_id)) or 0


def keep(connection: Connection, job_id: str, *, until: int) -> int:
    """Forget the epochs after this one, which a new attempt records again; return how many are left."""
    connection.execute(delete_from(history).where(history.c.job_id == job_id, history.c.epoch > until))
    return connection.scalar(select(func.count()).where(history.c.job_id == job_id)) or 0
