import pytest

from app.errors import KeyNotFound
from app.services.keys import SECONDS_KNOWN, Keyring, create_first_key, create_key, list_keys, revoke_key


def test_a_key_is_found_again_and_its_secret_stands_nowhere(store, settings):
    made = create_key("phone", "predict", store=store)
    secret = made.key.split("_", maxsplit=2)[2]

    assert Keyring(store, settings).find(made.key) == (made.id, "predict")
    listed = list_keys(store=store, limit=10, cursor=None).items
    assert [key.name for key in listed] == ["phone"]
    assert secret not in repr(listed)
    for file in settings.data_directory.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "wrong", ["", "nncore", "nncore_", "nncore__", "x", "nncore_0_0", "nncore_\x00_1", "nncore_é_é"]
)
def test_what_is_no_key_opens_nothing(store, settings, wrong):
    made = create_key("phone", "predict", store=store)
    keyring = Keyring(store, settings)
    for given in (
        wrong,
        made.key + "x",
        made.key[:-1],
        made.key.replace("nncore", "other"),
        f"nncore_{made.id}_{wrong}",
    ):
        assert keyring.find(given) is None


def test_a_revoked_key_opens_nothing_after_a_second(store, settings):
    now = [0.0]
    keyring = Keyring(store, settings, clock=lambda: now[0])
    made = create_key("phone", "train", store=store)
    assert keyring.find(made.key) == (made.id, "train")
    revoke_key(made.id, store=store)
    assert keyring.known(made.key) == (made.id, "train")
    now[0] += SECONDS_KNOWN * 1.01
    with pytest.raises(KeyError):
        keyring.known(made.key)
    assert keyring.find(made.key) is None
    with pytest.raises(KeyNotFound):
        revoke_key(made.id, store=store)


def test_ones_own_key_is_an_administrators(store, settings):
    own = type(settings)(home=settings.home, key="my own")
    keyring = Keyring(store, own)
    assert keyring.find("my own") == ("own", "admin")
    assert keyring.find("my") is None
    assert Keyring(store, settings).find("") is None


def test_a_first_key_is_made_once(store):
    assert create_first_key(store=store).scope == "admin"
    assert create_first_key(store=store) is None
