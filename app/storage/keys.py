"""Statements about keys: of each the hash alone, never the key itself."""

from sqlalchemy import delete as delete_from
from sqlalchemy import func, select
from sqlalchemy import insert as insert_into

from app.errors import KeyNotFound
from app.schemas.keys import Key
from app.schemas.pages import Page
from app.storage.database import Connection
from app.storage.pages import page_of
from app.storage.tables import keys

SHOWN = (keys.c.id, keys.c.name, keys.c.scope, keys.c.created_at)


def insert(connection: Connection, *, key: Key, digest: str) -> None:
    """Add a key, known by the hash of its secret."""
    connection.execute(insert_into(keys).values(**key.model_dump(), digest=digest))


def find(connection: Connection, key_id: str) -> tuple[Key, str] | None:
    """Return a key and the hash of its secret, or None."""
    row = connection.execute(select(keys).where(keys.c.id == key_id)).one_or_none()
    return None if row is None else (_key(row), str(row.digest))


def count(connection: Connection, *, scope: str) -> int:
    """Return how many keys there are of a scope."""
    return int(connection.scalar(select(func.count()).where(keys.c.scope == scope)) or 0)


def page(connection: Connection, *, limit: int, cursor: str | None) -> Page[Key]:
    """Return keys by id."""
    statement = select(*SHOWN).order_by(keys.c.id).limit(limit + 1)
    if cursor is not None:
        statement = statement.where(keys.c.id > cursor)
    rows = connection.execute(statement).all()
    return page_of(rows, limit=limit, cursor=lambda row: str(row.id), item=_key)


def delete(connection: Connection, key_id: str) -> None:
    """Delete a key; raises KeyNotFound."""
    if not connection.execute(delete_from(keys).where(keys.c.id == key_id)).rowcount:
        raise KeyNotFound(f"there is no key {key_id!r}; GET /keys lists those that are there")


def _key(row: object) -> Key:
    return Key(**{column.name: getattr(row, column.name) for column in SHOWN})
