"""Statements about how much is stored, in all or as was asked for with one key."""

from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from app.storage.checkpoints import KEPT
from app.storage.database import Connection
from app.storage.datasets import UNFINISHED
from app.storage.tables import datasets, jobs
from app.storage.tables import model_versions as versions


def count_datasets(connection: Connection, *, asked_by: str | None) -> int:
    """Return how many datasets there are."""
    return _total(connection, func.count(), table=datasets, asked_by=asked_by)


def stored_bytes(connection: Connection, *, asked_by: str | None) -> int:
    """Return how many bytes are taken by datasets, models, and the checkpoints that failed jobs keep.

    Those of unfinished jobs count, too, and so do the models that these are going to make.
    """
    coming = func.sum(jobs.c.model_bytes + KEPT * jobs.c.checkpoint_bytes).filter(jobs.c.status.in_(UNFINISHED))
    parts: list[tuple[ColumnElement[Any], Table]] = [
        (func.sum(datasets.c.size), datasets),
        (func.sum(versions.c.size), versions),
        (coming, jobs),
        (func.sum(jobs.c.checkpoint_bytes).filter(jobs.c.status == "failed"), jobs),
    ]
    return sum(_total(connection, sum_, table=table, asked_by=asked_by) for sum_, table in parts)


def _total(connection: Connection, value: ColumnElement[Any], *, table: Table, asked_by: str | None) -> int:
    statement = select(value).select_from(table)
    return int(connection.scalar(statement if asked_by is None else statement.where(table.c.asked_by == asked_by)) or 0)
