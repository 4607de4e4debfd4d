"""Make, look at and revoke keys; tell what the bearer of one may do."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable

from app.schemas.clock import now
from app.schemas.keys import Key, NewKey, Scope
from app.schemas.pages import Page
from app.settings import Settings
from app.storage import keys
from app.storage.store import Store

PREFIX = "nncore"
SECRET_BYTES = 32
SECONDS_KNOWN = 1.0
"""How long an answer is good for, so that not every request asks the database: a key that was revoked works as long."""
MOST_KNOWN = 10_000


def create_key(name: str, scope: Scope, *, store: Store) -> NewKey:
    """Make a key; this answer is the only one that ever shows it."""
    key = Key(id=secrets.token_hex(6), name=name, scope=scope, created_at=now())
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with store.database.write() as connection:
        keys.insert(connection, key=key, digest=_digest(secret))
    return NewKey(**key.model_dump(), key=f"{PREFIX}_{key.id}_{secret}")


def create_first_key(*, store: Store) -> NewKey | None:
    """Make a key for the administrator where there is none yet."""
    with store.database.read() as connection:
        if keys.count(connection, scope="admin"):
            return None
    return create_key("first", "admin", store=store)


def list_keys(*, store: Store, limit: int, cursor: str | None) -> Page[Key]:
    """Return the keys by id, without their secrets."""
    with store.database.read() as connection:
        return keys.page(connection, limit=limit, cursor=cursor)


def revoke_key(key_id: str, *, store: Store) -> None:
    """Delete a key, which then opens nothing; raises KeyNotFound."""
    with store.database.write() as connection:
        keys.delete(connection, key_id)


class Keyring:
    """Tells the scope of a key, from the database or from the settings; safe to use from many threads."""

    def __init__(self, store: Store, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._own = "" if settings.key is None else settings.key.get_secret_value()
        self._clock = clock
        self._known: dict[str, tuple[float, tuple[str, Scope] | None]] = {}
        self._lock = threading.Lock()

    def known(self, given: str) -> tuple[str, Scope] | None:
        """Return what was found a moment ago, where it was; raises KeyError for a key that must be looked up."""
        until, found = self._known[given]
        if until < self._clock():
            raise KeyError
        return found

    def find(self, given: str) -> tuple[str, Scope] | None:
        """Return the id of a key and its scope, or None for one that opens nothing."""
        found = self._find(given)
        with self._lock:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[given] = self._clock() + SECONDS_KNOWN, found
        return found

    def _find(self, given: str) -> tuple[str, Scope] | None:
        if self._own and hmac.compare_digest(given.encode(), self._own.encode()):
            return "own", "admin"
        prefix, _, rest = given.partition("_")
        key_id, _, secret = rest.partition("_")
        if prefix != PREFIX or not key_id.isascii() or not key_id.isalnum():
            return None
        with self._store.database.read() as connection:
            found = keys.find(connection, key_id)
        digest = _digest(secret)
        if found is None or not hmac.compare_digest(digest, found[1]):
            return None
        return found[0].id, found[0].scope


def _digest(secret: str) -> str:
    """Return the SHA-256 of a secret; it is random and long, so nothing slower is needed (unlike for a password)."""
    return hashlib.sha256(secret.encode()).hexdigest()
