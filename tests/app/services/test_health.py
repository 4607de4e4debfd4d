import pytest

from app.errors import Unavailable
from app.services.health import check_ready


class Starting:
    def ready(self) -> str | None:
        return "the training processes are starting"


def test_all_is_well(store, engine):
    check_ready(store=store, engine=engine)


def test_the_reason_is_told(store):
    with pytest.raises(Unavailable, match="are starting") as raised:
        check_ready(store=store, engine=Starting())
    assert raised.value.headers == {"Retry-After": "1"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_database_that_is_gone_is_noticed(store, engine):
    store.database.close()
    store.files.path("data").rename(store.files.home / "elsewhere")
    with pytest.raises(Unavailable, match="the database does not answer"):
        check_ready(store=store, engine=engine)
