import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.errors import StoreUnreachable
from app.storage.database import Database
from app.storage.room import is_full, will_pass


def test_a_full_disk_is_known_by_the_number_of_the_system():
    with pytest.raises(OSError, match="No space left") as caught:
        Path("/dev/full").write_bytes(b"x")
    assert is_full(caught.value)


def test_a_full_disk_is_known_by_what_the_database_says(tmp_path):
    database = sqlite3.connect(tmp_path / "small.db")
    database.execute("PRAGMA max_page_count = 2")
    database.execute("CREATE TABLE numbers (text)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        database.execute("INSERT INTO numbers VALUES (?)", ["x" * 100_000])
    database.close()
    assert is_full(caught.value)


def test_so_is_what_it_led_to():
    error = ValueError("the file cannot be written")
    error.__cause__ = OSError(errno.EDQUOT, "over")
    assert is_full(error)


@pytest.mark.parametrize("error", [OSError(errno.ENOENT, "No such file"), ValueError("x"), MemoryError()])
def test_other_errors_are_other_errors(error):
    assert not is_full(error)


def test_a_full_disk_passes_and_so_does_a_store_that_is_away():
    assert will_pass(OSError(errno.ENOSPC, "full"))
    assert will_pass(StoreUnreachable("away"))
    assert not will_pass(ValueError("x"))


def test_a_database_server_that_is_away_passes_and_a_fault_of_sqlite_does_not():
    nobody = Database("postgresql://nncore@127.0.0.1:1/nncore")
    with pytest.raises(OperationalError) as away, nobody.read():
        pass
    assert will_pass(away.value)
    with pytest.raises(OperationalError) as wrong, Database("sqlite://").read() as connection:
        connection.exec_driver_sql("SELECT * FROM nothing")
    assert not will_pass(wrong.value)
