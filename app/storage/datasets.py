"""Statements about datasets."""

from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.errors import DatasetInUse, DatasetNotFound, NameTaken
from app.schemas.datasets import Dataset
from app.schemas.pages import Page
from app.storage import idempotency
from app.storage.database import Connection
from app.storage.pages import page_of
from app.storage.tables import datasets, jobs

UNFINISHED = ("queued", "running", "paused")


def insert(connection: Connection, *, dataset: Dataset, file: str, size: int, asked_by: str | None = None) -> None:
    """Add a dataset whose file has so many bytes; raises NameTaken."""
    values = {
        "name": dataset.name,
        "digest": dataset.digest,
        "file": file,
        "size": size,
        "asked_by": asked_by,
        "description": dataset.model_dump(mode="json"),
        "created_at": dataset.created_at,
    }
    try:
        connection.execute(insert_into(datasets).values(values))
    except IntegrityError as error:
        raise NameTaken(f"there is a dataset {dataset.name!r} already; delete it, or take another name") from error


def get(connection: Connection, name: str) -> Dataset:
    """Return a dataset; raises DatasetNotFound."""
    description = connection.scalar(select(datasets.c.description).where(datasets.c.name == name))
    if description is None:
        raise _not_found(name)
    return Dataset.model_validate(description)


def hold(connection: Connection, name: str) -> Dataset:
    """Return a dataset that nobody can delete before this transaction has ended; raises DatasetNotFound."""
    connection.execute(select(datasets.c.name).where(datasets.c.name == name).with_for_update(read=True))
    return get(connection, name)


def page(connection: Connection, *, limit: int, cursor: str | None) -> Page[Dataset]:
    """Return datasets by name."""
    statement = select(datasets.c.name, datasets.c.description).order_by(datasets.c.name).limit(limit + 1)
    if cursor is not None:
        statement = statement.where(datasets.c.name > cursor)
    rows = connection.execute(statement).all()
    return page_of(rows, limit=limit, cursor=lambda row: row.name, item=lambda row: Dataset(**row.description))


def file_of(connection: Connection, name: str) -> str:
    """Return the name of a dataset's file; raises DatasetNotFound."""
    file = connection.scalar(select(datasets.c.file).where(datasets.c.name == name))
    if file is None:
        raise _not_found(name)
    return str(file)


def delete(connection: Connection, name: str) -> str:
    """Delete a dataset and return the name of its file; raises DatasetNotFound, DatasetInUse."""
    connection.execute(select(datasets.c.name).where(datasets.c.name == name).with_for_update())
    file = file_of(connection, name)
    job_id = connection.scalar(
        select(jobs.c.id).where(jobs.c.dataset == name, jobs.c.status.in_(UNFINISHED)).order_by(jobs.c.number)
    )
    if job_id is not None:
        raise DatasetInUse(f"job {job_id} needs the dataset {name!r}; wait for it, or cancel it")
    connection.execute(delete_from(datasets).where(datasets.c.name == name))
    idempotency.forget(connection, "datasets", made=name)
    return file


def _not_found(name: str) -> DatasetNotFound:
    return DatasetNotFound(f"there is no dataset {name!r}; GET /datasets lists those that are there")
