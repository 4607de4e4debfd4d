"""All that the service keeps: a database and files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from app.settings import Settings
from app.storage.database import Database
from app.storage.files import Files
from app.storage.gram_cache import GramCache
from app.storage.room import is_full


@dataclass(frozen=True)
class Store:
    """The database and the files of one home, and what this machine keeps to save work."""

    database: Database
    files: Files
    grams: GramCache

    @contextmanager
    def tolerating_a_full_disk(self, what: str, *, job: str) -> Iterator[None]:
        """Let the block fail where there is no room for what it writes, and tell of it in the log alone."""
        try:
            yield
        except Exception as error:
            if not is_full(error):
                raise
            structlog.get_logger().warning("the disk is full", what=what, job=job)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def open_store(settings: Settings) -> Store:
    """Open the store, making the directories that are missing; the tables are made by `migrations.upgrade`."""
    files = Files(settings.home)
    files.prepare()
    url = settings.database_url or f"sqlite:///{settings.data_directory / 'nncore.db'}"
    grams = GramCache(settings.data_directory / "grams", limit=settings.gram_cache_bytes)
    return Store(database=Database(url), files=files, grams=grams)
