from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, BigInteger, Boolean, Float, Integer, LargeBinary, String, Text, inspect
from sqlalchemy.exc import DBAPIError

from app.schemas.clock import now
from app.settings import Settings
from app.storage import migrations
from app.storage.store import open_store
from app.storage.tables import UtcDateTime, metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a service whose database is empty: what leads from there to the tables is tested here."""
    url = None if request.param == "sqlite" else request.getfixturevalue("new_postgresql")()
    return Settings(home=tmp_path, database_url=url)


def configured(connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    return config


def test_the_steps_lead_to_the_tables(store):
    with store.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_last_step_is_the_last_one():
    assert ScriptDirectory.from_config(configured(None)).get_current_head() == migrations.LAST


def fill(connection) -> None:
    """Put a row into every table; each text is the same, so that what refers to another row finds it."""
    numbers = {Integer: 1, BigInteger: 1, Float: 1.0, Boolean: True}
    values = {String: "x", Text: "x", LargeBinary: b"x", JSON: {}, UtcDateTime: now()} | numbers
    for table in metadata.sorted_tables:
        connection.execute(table.insert().values({column.name: values[type(column.type)] for column in table.columns}))


def test_an_upgraded_database_is_left_alone_with_all_that_is_in_it(store):
    with store.database.write() as connection:
        fill(connection)
    migrations.upgrade(store.database)
    with store.database.read() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
        assert [len(connection.execute(table.select()).all()) for table in metadata.sorted_tables] == [1] * len(
            metadata.tables
        )


def test_a_failed_upgrade_leaves_nothing_behind(settings, monkeypatch):
    store = open_store(settings)
    with store.database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE models (name TEXT)")  # in the way of the step's own
    with pytest.raises(DBAPIError, match="models"):
        migrations.upgrade(store.database)
    with store.database.read() as connection:
        assert inspect(connection).get_table_names() == ["models"]
    store.close()


def test_the_steps_lead_back_and_there_again_with_rows_in_every_table(store):
    with store.database.write() as connection:
        fill(connection)
        command.downgrade(configured(connection), "base")
    with store.database.read() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    migrations.upgrade(store.database)
    with store.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
