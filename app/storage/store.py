"""All that the service keeps: a database and files."""

from dataclasses import dataclass

from app.settings import Settings
from app.storage.database import Database
from app.storage.files import Files


@dataclass(frozen=True)
class Store:
    """The database and the files of one home."""

    database: Database
    files: Files

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def open_store(settings: Settings) -> Store:
    """Open the store, making the directories that are missing; the tables are made by `migrations.upgrade`."""
    files = Files(settings.home)
    files.prepare()
    url = settings.database_url or f"sqlite:///{settings.data_directory / 'nncore.db'}"
    return Store(database=Database(url), files=files)
