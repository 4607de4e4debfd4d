import threading
from contextlib import suppress

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.schemas.clock import now
from app.storage.database import Database, after_commit
from app.storage.store import open_store
from app.storage.tables import models


def count(store) -> int:
    with store.database.read() as connection:
        return len(connection.execute(select(models)).all())


def add(connection, name: str) -> None:
    connection.execute(models.insert().values(name=name, last_version=0, created_at=now()))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_sqlite_is_set_up_to_survive_a_power_cut(store):
    with store.database.read() as connection:
        pragmas = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2}
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_an_exception_undoes_the_transaction(store):
    with suppress(RuntimeError), store.database.write() as connection:
        add(connection, "a")
        raise RuntimeError
    assert count(store) == 0


def test_times_come_back_in_utc(store):
    with store.database.write() as connection:
        add(connection, "a")
    with store.database.read() as connection:
        time = connection.scalar(select(models.c.created_at))
    assert time.utcoffset().total_seconds() == 0


def test_a_reader_sees_one_state_while_another_writes(store):
    with store.database.read() as reader:
        assert reader.execute(select(models)).all() == []
        with store.database.write() as writer:
            add(writer, "a")
        assert reader.execute(select(models)).all() == []
    assert count(store) == 1


def test_writers_take_turns(store):
    def write(number: int) -> None:
        with store.database.write() as connection:
            seen = len(connection.execute(select(models)).all())
            add(connection, f"{seen}")  # a name twice would fail, and be one too few

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 8


def test_a_reader_cannot_make_another_wait(store):
    with store.database.read(), store.database.write() as connection:
        add(connection, "a")
    assert count(store) == 1


def test_a_database_that_does_not_answer_says_so(store, tmp_path):
    assert store.database.fault() is None
    missing = Database(f"sqlite:///{tmp_path / 'no' / 'such.db'}")
    assert "OperationalError" in missing.fault()
    with pytest.raises(OperationalError), missing.read():
        pass


def test_a_url_without_a_driver_gets_ours():
    assert Database("postgresql://nncore@127.0.0.1/nncore").engine.dialect.driver == "psycopg"


def test_the_state_is_another_once_something_was_committed(store):
    before = store.database.state()
    with store.database.write() as connection:
        add(connection, "m")
    assert store.database.state() != before


def test_the_state_stays_while_sqlite_is_only_read(settings, store):
    if settings.database_url is not None:
        pytest.skip("another database is looked at again by the clock")
    before = store.database.state()
    with store.database.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    assert store.database.state() == before


def test_the_state_tells_what_another_process_has_committed(settings, store, wait_for):
    before = store.database.state()
    other = open_store(settings)
    with other.database.write() as connection:
        add(connection, "m")
    other.close()
    wait_for(lambda: store.database.state() != before)


def test_what_is_to_be_done_after_a_commit_is_not_done_for_what_is_undone(store):
    done: list[str] = []
    with suppress(KeyError), store.database.write() as connection:
        after_commit(connection, lambda: done.append("undone"))
        raise KeyError
    with store.database.write() as connection:
        after_commit(connection, lambda: done.append("committed"))
        assert done == []
    with store.database.write():
        pass
    assert done == ["committed"]
