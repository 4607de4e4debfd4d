from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings, SettingsError, load_settings


def test_defaults_stand_in_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.home == tmp_path
    assert settings.data_directory == tmp_path / "data"
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)


def test_what_is_given_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv("NNCORE_PORT", "1")
    monkeypatch.setenv("NNCORE_MAX_PIXELS", "7")
    settings = load_settings(port=2)
    assert (settings.port, settings.max_pixels) == (2, 7)


def test_an_unknown_variable_names_the_nearest_setting(monkeypatch):
    monkeypatch.setenv("NNCORE_TRAINING_WORKER", "2")
    with pytest.raises(SettingsError, match=r"^NNCORE_TRAINING_WORKER is no .* NNCORE_TRAINING_WORKERS$"):
        load_settings()


def test_each_wrong_value_gets_a_line(monkeypatch):
    monkeypatch.setenv("NNCORE_PORT", "eight")
    monkeypatch.setenv("NNCORE_WORKERS", "0")
    monkeypatch.setenv("NNCORE_WORKER_MEMORY", "much")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    first, second, third = str(raised.value).splitlines()
    assert third.startswith("NNCORE_WORKER_MEMORY is 'much': ")
    assert first.startswith("NNCORE_PORT is 'eight': ")
    assert second.startswith("NNCORE_WORKERS is '0': ")


def test_settings_cross_to_a_worker_as_json(tmp_path):
    settings = Settings(home=tmp_path, max_pixels=5)
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        Settings(home=Path()).port = 1


@pytest.mark.parametrize(
    ("host", "keys", "needed"),
    [
        ("127.0.0.1", "auto", False),
        ("::1", "auto", False),
        ("localhost", "auto", False),
        ("0.0.0.0", "auto", True),
        ("example.org", "auto", True),
        ("0.0.0.0", "off", False),
        ("127.0.0.1", "on", True),
    ],
)
def test_keys_are_needed_beyond_loopback(tmp_path, host, keys, needed):
    assert Settings(home=tmp_path, host=host, keys=keys).needs_keys is needed


@pytest.mark.parametrize(("store", "home"), [(None, "api"), ("s3://bucket/prefix", "worker")])
def test_a_worker_has_a_home_of_its_own_where_files_are_in_a_bucket(tmp_path, monkeypatch, store, home):
    monkeypatch.setenv("NNCORE_HOME", str(tmp_path / "worker"))
    told = Settings(home=tmp_path / "api", port=1, max_pixels=5, key="secret", store=store).for_workers()
    there = Settings.model_validate_json(told)
    assert (there.home, there.store, there.max_pixels) == (tmp_path / home, store, 5)
    assert (there.port, there.key) == (8000, None)


@pytest.mark.parametrize("store", ["bucket", "s3://", "https://bucket", "s3://bucket//prefix"])
def test_a_store_is_the_url_of_a_bucket(tmp_path, store):
    with pytest.raises(SettingsError, match="NNCORE_STORE is"):
        load_settings(home=tmp_path, store=store)
