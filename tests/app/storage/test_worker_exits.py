from datetime import timedelta

from app.schemas.clock import now
from app.storage import worker_exits
from app.storage.tables import worker_exits as table
from app.storage.worker_exits import Exit


def test_the_newest_end_of_an_address_is_known_and_those_of_long_ago_are_forgotten(store):
    with store.database.write() as connection:
        worker_exits.note(connection, "tcp://a", Exit(code=1, resident=None))
        connection.execute(table.update().values(at=now() - timedelta(days=2)))
        worker_exits.note(connection, "tcp://b", Exit(code=1, resident=None))
        worker_exits.note(connection, "tcp://b", Exit(code=-15, resident=2**33))
        assert worker_exits.find(connection, "tcp://a") is None
        assert worker_exits.find(connection, "tcp://b") == Exit(code=-15, resident=2**33)
