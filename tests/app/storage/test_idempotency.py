from datetime import timedelta

import pytest

from app.errors import IdempotencyKeyReused
from app.schemas.idempotency import RequestKey
from app.storage import idempotency

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


def test_a_key_is_forgotten_after_a_day(store, monkeypatch):
    with store.database.write() as connection:
        idempotency.keep(connection, KEY, made="x")
        monkeypatch.setattr(idempotency, "KEPT", timedelta(0))
        assert idempotency.find(connection, KEY) is None
        idempotency.keep(connection, KEY, made="y")
        monkeypatch.undo()
        assert idempotency.find(connection, KEY) == "y"
