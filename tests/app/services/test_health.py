import pytest

from app.errors import Unavailable
from app.services.health import check_ready


class Starting:
    def ready(self) -> str | None:
        return "the training processes are starting"


def test_all_is_well(store, engine):
    check_ready(store=store, engine=engine, free_bytes=0)


def test_each_reason_is_told(store):
    with pytest.raises(Unavailable, match=r"bytes left; .* are starting") as raised:
        check_ready(store=store, engine=Starting(), free_bytes=2**62)
    assert [reason.pointer for reason in raised.value.errors] == ["/disk", "/engine"]
    assert raised.value.headers == {"Retry-After": "1"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_database_that_is_gone_is_noticed(store, engine):
    store.database.close()
    store.files.path("data").rename(store.files.home / "elsewhere")
    with pytest.raises(Unavailable, match="the database does not answer"):
        check_ready(store=store, engine=engine, free_bytes=0)
