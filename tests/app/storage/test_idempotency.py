from dataclasses import replace
from datetime import timedelta

import pytest

from app.errors import IdempotencyKeyReused
from app.schemas.clock import now
from app.schemas.idempotency import RequestKey
from app.storage import idempotency, jobs
from app.storage.tables import idempotency_keys as keys

KEY = RequestKey(operation="train", key="k", request="a")


def test_a_key_leads_to_what_was_made(store):
    with store.database.write() as connection:
        assert idempotency.find(connection, KEY) is None
        idempotency.keep(connection, KEY, made="x")
        assert idempotency.find(connection, KEY) == "x"
        assert idempotency.find(connection, RequestKey(operation="tune", key="k", request="a")) is None
        with pytest.raises(IdempotencyKeyReused, match="'k'"):
            idempotency.find(connection, RequestKey(operation="train", key="k", request="b"))
        idempotency.forget(connection, "train", made="x")
        assert idempotency.find(connection, KEY) is None


def test_no_key_is_no_key(store):
    with store.database.write() as connection:
        idempotency.keep(connection, None, made="x")
        assert idempotency.find(connection, None) is None


def test_a_key_is_remembered_as_long_as_what_it_made(store, start):
    """Days later the same request gets the same job; its deletion alone makes it another one's."""
    job = start()
    with store.database.write() as connection:
        idempotency.keep(connection, KEY, made=job.id)
        connection.execute(keys.update().values(created_at=now() - timedelta(days=400)))
        idempotency.keep(connection, replace(KEY, key="another"), made="y")
        assert idempotency.find(connection, KEY) == job.id
        jobs.cancel(connection, job.id)
        jobs.delete(connection, job.id)
        assert idempotency.find(connection, KEY) is None
