"""Statements about aliases: names beside the numbers of a model's versions."""

from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy import select, update

from app.errors import AliasNotFound
from app.schemas.models import Alias, ModelVersion
from app.schemas.pages import Page
from app.storage import models
from app.storage.database import Connection
from app.storage.pages import page_of
from app.storage.tables import model_aliases as aliases

SHOWN = (aliases.c.name.label("model"), aliases.c.alias, aliases.c.version, aliases.c.updated_at)


def put(connection: Connection, alias: Alias) -> None:
    """Have an alias mean a version, whether or not it meant another; raises ModelNotFound."""
    models.file_of(connection, alias.model, alias.version)
    values = {"version": alias.version, "updated_at": alias.updated_at}
    named = (aliases.c.name == alias.model, aliases.c.alias == alias.alias)
    if connection.execute(update(aliases).where(*named).values(values)).rowcount == 0:
        connection.execute(insert_into(aliases).values(name=alias.model, alias=alias.alias, **values))


def version_of(connection: Connection, name: str, alias: str) -> int:
    """Return the number of the version that an alias means; raises AliasNotFound."""
    version = connection.scalar(select(aliases.c.version).where(aliases.c.name == name, aliases.c.alias == alias))
    if version is None:
        raise _not_found(name, alias)
    return int(version)


def meant(connection: Connection, reference: str, *, most: int) -> list[ModelVersion]:
    """Return the version that NAME:VERSION or NAME@ALIAS means, or so many of the newest of NAME, of any model if "".

    Raises ModelNotFound, AliasNotFound.
    """
    name, _, number = reference.partition(":")
    name, _, alias = name.partition("@")
    if alias:
        return [models.get_version(connection, name, version_of(connection, name, alias))]
    if number:
        return [models.get_version(connection, name, int(number))]
    return models.newest(connection, name or None, limit=most)


def page(connection: Connection, name: str, *, limit: int, cursor: str | None) -> Page[Alias]:
    """Return the aliases of a model by name; raises ModelNotFound."""
    models.newest(connection, name)
    statement = select(*SHOWN).where(aliases.c.name == name)
    if cursor is not None:
        statement = statement.where(aliases.c.alias > cursor)
    rows = connection.execute(statement.order_by(aliases.c.alias).limit(limit + 1)).all()
    return page_of(rows, limit=limit, cursor=lambda row: str(row.alias), item=lambda row: Alias(**row._mapping))


def delete(connection: Connection, name: str, alias: str) -> None:
    """Delete an alias; raises AliasNotFound."""
    deleted = delete_from(aliases).where(aliases.c.name == name, aliases.c.alias == alias)
    if connection.execute(deleted).rowcount == 0:
        raise _not_found(name, alias)


def _not_found(name: str, alias: str) -> AliasNotFound:
    return AliasNotFound(f"the model {name!r} has no alias {alias!r}; GET /models/{name}/aliases lists those it has")
