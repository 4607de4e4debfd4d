"""How the tables came to be, step by step; `upgrade` takes any database to the last step."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.storage.database import Database

LAST = "0001"
"""The last step: it spares a database that stands there the loading of Alembic."""


def upgrade(database: Database) -> None:
    """Take the database to the last step, in one transaction."""
    with database.read() as connection:
        if _step(connection) == LAST:
            return
    with database.write() as connection:
        _migrate(connection)


def _step(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    step: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return step


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415, a second of loading that most starts do not need
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
