"""Statements about requests that may be sent again: which answer was given to which key."""

from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy import select

from app.errors import IdempotencyKeyReused
from app.schemas.clock import now
from app.schemas.idempotency import RequestKey
from app.storage.database import Connection
from app.storage.tables import idempotency_keys as keys


def find(connection: Connection, key: RequestKey | None) -> str | None:
    """Return what was made for this key, or None; raises IdempotencyKeyReused where it came with another request."""
    if key is None:
        return None
    statement = select(keys.c.request, keys.c.made).where(keys.c.operation == key.operation, keys.c.key == key.key)
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    if row.request != key.request:
        raise IdempotencyKeyReused(
            f"the key {key.key!r} came with another request before; send that one again, or take a new key"
        )
    return str(row.made)


def keep(connection: Connection, key: RequestKey | None, *, made: str) -> None:
    """Remember what was made for a key, in the transaction that makes it, until that is deleted."""
    if key is not None:
        values = {"operation": key.operation, "key": key.key, "request": key.request, "made": made}
        connection.execute(insert_into(keys).values(created_at=now(), **values))


def forget(connection: Connection, *operations: str, made: str) -> None:
    """Forget the keys of something that is deleted, and that one of the operations made."""
    connection.execute(delete_from(keys).where(keys.c.operation.in_(operations), keys.c.made == made))
