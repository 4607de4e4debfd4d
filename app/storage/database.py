"""The database: SQLite in a file of its own, or any other by URL, behind two kinds of transactions."""

import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event, func, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

__all__ = ["Connection", "Database", "after_commit"]

BUSY_SECONDS = 30
SECONDS_OF_A_STATE = 0.25
AFTER_COMMIT = "after commit"
WRITERS_LOCK = 0x6E6E636F7265
"""The number of the lock for which writers wait on PostgreSQL; any would do that no other program there uses."""


def after_commit(connection: Connection, act: Callable[[], None]) -> None:
    """Have something done once the transaction that writes is committed, and not at all if it is undone."""
    connection.info[AFTER_COMMIT].append(act)


class Database:
    """Gives connections within a transaction, which ends with the block: committed, or undone by an exception."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = sqlalchemy.create_engine(_with_driver(url), pool_pre_ping=not url.startswith("sqlite"))
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        if self._is_sqlite:
            _prepare_sqlite(self.engine)
        self._writes = 0
        self._looker: sqlite3.Connection | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database throughout."""
        options = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection that may write; one at a time, in turn, so that none fails half-way."""
        with self.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
            if not self._is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(WRITERS_LOCK)))
            acts: list[Callable[[], None]] = []
            connection.info[AFTER_COMMIT] = acts
            yield connection
        self._writes += 1
        for act in acts:
            act()

    def state(self) -> Hashable:
        """Return a value that is another once anyone has committed anything: what was read before may be old then.

        SQLite tells it by itself, in microseconds. Another database would have to be asked over the network, so there
        the value also changes by itself, and what other processes commit is noticed SECONDS_OF_A_STATE later at most.
        """
        if not self._is_sqlite:
            return self._writes, time.monotonic() // SECONDS_OF_A_STATE
        if self._looker is None:
            file = str(self.engine.url.database)
            self._looker = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        return int(self._looker.execute("PRAGMA data_version").fetchone()[0])

    def fault(self) -> str | None:
        """Return why the database does not answer, or None."""
        try:
            with self.read() as connection:
                connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError as error:
            return f"the database does not answer: {type(error).__name__}"
        return None

    def close(self) -> None:
        """Close all connections."""
        if self._looker is not None:
            self._looker.close()
            self._looker = None
        self.engine.dispose()


def _with_driver(url: str) -> URL:
    """Return the URL with the driver that the extra `nncore[postgresql]` brings, where it names none."""
    parsed = make_url(url)
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername in {"postgresql", "postgres"} else parsed


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin by the statement below, not behind our back
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS}000"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")
