"""Whether an error passes by itself: that of a full disk, whoever met it, or of what cannot be reached at present."""

import errno
import sqlite3

from sqlalchemy.exc import OperationalError

from app.errors import StoreUnreachable

FULL = (errno.ENOSPC, errno.EDQUOT)
WORDS = ("No space left on device", "Disk quota exceeded", "database or disk is full", "could not extend file")


def is_full(error: BaseException) -> bool:
    """Return whether the error, or one that led to it, comes from a disk without room."""
    this: BaseException | None = error
    while this is not None:
        if (isinstance(this, OSError) and this.errno in FULL) or any(words in str(this) for words in WORDS):
            return True
        this = this.__cause__ or this.__context__
    return False


def will_pass(error: BaseException) -> bool:
    """Return whether the same work may succeed later: once there is room, or database and files are there again."""
    return isinstance(error, StoreUnreachable) or is_full(error) or _is_of_a_server(error)


def _is_of_a_server(error: BaseException) -> bool:
    """Return whether a database server was lost, or has ended a transaction for its own sake; SQLite is none."""
    return isinstance(error, OperationalError) and not isinstance(error.orig, sqlite3.Error)
