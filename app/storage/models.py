"""Statements about models and their versions."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Select, exists, select, update
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import IntegrityError

from app.errors import ModelNotFound, VersionInUse
from app.schemas.clock import now
from app.schemas.models import Model, ModelVersion
from app.schemas.pages import Page
from app.storage.database import Connection
from app.storage.pages import page_of
from app.storage.tables import model_aliases as aliases
from app.storage.tables import model_versions as versions
from app.storage.tables import models


def next_version(connection: Connection, name: str) -> int:
    """Take the next number of a model; no other transaction gets it, and none that was used before comes again."""
    taken = update(models).where(models.c.name == name).values(last_version=models.c.last_version + 1)
    taken_number = taken.returning(models.c.last_version)
    number = connection.execute(taken_number).scalar_one_or_none()
    if number is None:  # asked first, since what an error has seen, a training with all its images, is kept for a while
        with suppress(IntegrityError), connection.begin_nested():  # another transaction may have made it meanwhile
            connection.execute(insert_into(models).values(name=name, last_version=0, created_at=now()))
        number = connection.execute(taken_number).scalar_one()
    return int(number)


def insert(connection: Connection, *, version: ModelVersion, file: str, asked_by: str | None = None) -> None:
    """Add a version under a number that `next_version` gave."""
    values = version.model_dump(include={"name", "version", "size", "created_at"}) | {
        "file": file,
        "asked_by": asked_by,
    }
    connection.execute(insert_into(versions).values(description=version.model_dump(mode="json"), **values))


def get(connection: Connection, name: str) -> Model:
    """Return a model with its versions; raises ModelNotFound."""
    found = _models(connection, [name])
    if not found:
        raise _not_found(name)
    return found[0]


def page(connection: Connection, *, limit: int, cursor: str | None) -> Page[Model]:
    """Return models by name."""
    statement = select(models.c.name).where(exists().where(versions.c.name == models.c.name))
    if cursor is not None:
        statement = statement.where(models.c.name > cursor)
    rows = connection.execute(statement.order_by(models.c.name).limit(limit + 1)).all()
    names = page_of(rows, limit=limit, cursor=lambda row: row.name, item=lambda row: str(row.name))
    return Page(items=_models(connection, names.items), next=names.next)


def get_version(connection: Connection, name: str, version: int) -> ModelVersion:
    """Return one version; raises ModelNotFound."""
    description = connection.scalar(_one(select(versions.c.description), name, version))
    if description is None:
        raise _not_found(name, version)
    return ModelVersion.model_validate(description)


def newest(connection: Connection, name: str | None = None, *, limit: int = 1) -> list[ModelVersion]:
    """Return the newest versions of a model, or of any, the newest first; raises ModelNotFound if there is none."""
    statement = select(versions.c.description).order_by(versions.c.number.desc()).limit(limit)
    found = connection.scalars(statement if name is None else statement.where(versions.c.name == name))
    descriptions = [ModelVersion.model_validate(description) for description in found]
    if not descriptions:
        raise _not_found(name)
    return descriptions


def file_of(connection: Connection, name: str, version: int) -> str:
    """Return the name of a version's parameter file; raises ModelNotFound."""
    file = connection.scalar(_one(select(versions.c.file), name, version))
    if file is None:
        raise _not_found(name, version)
    return str(file)


def delete(connection: Connection, name: str) -> list[str]:
    """Delete all versions and aliases of a model and return the names of the files; raises ModelNotFound."""
    connection.execute(delete_from(aliases).where(aliases.c.name == name))
    deleted = delete_from(versions).where(versions.c.name == name).returning(versions.c.file)
    files = list(connection.scalars(deleted))
    if not files:
        raise _not_found(name)
    return files


def delete_version(connection: Connection, name: str, version: int) -> str:
    """Delete one version and return the name of its file; raises ModelNotFound, and VersionInUse."""
    file = file_of(connection, name, version)
    leads = select(aliases.c.alias).where(aliases.c.name == name, aliases.c.version == version)
    if alias := connection.scalar(leads.limit(1)):
        raise VersionInUse(f"the alias {name}@{alias} means version {version}; move or delete the alias first")
    connection.execute(delete_from(versions).where(versions.c.name == name, versions.c.version == version))
    return file


def _one(statement: Select[tuple[object]], name: str, version: int) -> Select[tuple[object]]:
    return statement.where(versions.c.name == name, versions.c.version == version)


def _models(connection: Connection, names: Sequence[str]) -> list[Model]:
    """Return those of the models that have versions, by name."""
    statement = select(versions.c.description).where(versions.c.name.in_(names))
    found: dict[str, list[ModelVersion]] = {}
    for description in connection.scalars(statement.order_by(versions.c.name, versions.c.version.desc())):
        version = ModelVersion.model_validate(description)
        found.setdefault(version.name, []).append(version)
    return [Model(name=name, created_at=all_[-1].created_at, versions=all_) for name, all_ in found.items()]


def _not_found(name: str | None, version: int | None = None) -> ModelNotFound:
    if name is None:
        return ModelNotFound("there is no model yet; POST /train makes one")
    what = f"model {name!r}" if version is None else f"version {version} of a model {name!r}"
    return ModelNotFound(f"there is no {what}; GET /models lists those that are there")
