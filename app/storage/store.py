"""All that the service keeps: a database and files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from app.settings import Settings
from app.storage.bucket_files import BucketFiles
from app.storage.database import Database
from app.storage.files import Files
from app.storage.gram_cache import GramCache
from app.storage.room import will_pass


@dataclass(frozen=True)
class Store:
    """The database and the files, and what this machine keeps to save work."""

    database: Database
    files: Files
    grams: GramCache

    @contextmanager
    def tolerating_a_fault(
        self, what: str, *, job: str | None = None, tell: Callable[[Exception], object] | None = None
    ) -> Iterator[None]:
        """Let the block fail where there is no room, or no store, for what it writes; the log tells of it.

        Whom it concerns may be told as well.
        """
        try:
            yield
        except Exception as error:
            if not will_pass(error):
                raise
            structlog.get_logger().warning("not written for now", what=what, job=job, reason=str(error))
            if tell is not None:
                tell(error)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def open_store(settings: Settings) -> Store:
    """Open the store, making the directories that are missing; the tables are made by `migrations.upgrade`."""
    files = _files(settings)
    files.prepare()
    url = settings.database_url or f"sqlite:///{settings.data_directory / 'nncore.db'}"
    grams = GramCache(settings.data_directory / "grams", limit=settings.gram_cache_bytes)
    return Store(database=Database(url), files=files, grams=grams)


def _files(settings: Settings) -> Files:
    if settings.store is None:
        return Files(settings.home)
    return BucketFiles(settings.home, settings.store, cache_bytes=settings.cache_bytes)
