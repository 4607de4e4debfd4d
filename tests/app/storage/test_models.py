import threading
from contextlib import suppress

import pytest

from app.errors import ModelNotFound
from app.schemas.clock import now
from app.schemas.datasets import DatasetReference
from app.schemas.models import ModelVersion
from app.storage import models


def add(store, name: str) -> ModelVersion:
    with store.database.write() as connection:
        version = ModelVersion(
            name=name,
            version=models.next_version(connection, name),
            classes=["a", "b"],
            hyperparameters={"epochs": 3},
            metrics={"train": {"cost": 0.5}},
            dataset=DatasetReference(name="cats", digest="sha256:1"),
            preprocessing={"version": 1},
            sha256="0" * 64,
            size=9,
            created_at=now(),
        )
        models.insert(connection, version=version, file=f"models/{name}/{version.version}.h5")
    return version


def test_versions_count_from_one_and_the_newest_comes_first(store):
    first, second = add(store, "m"), add(store, "m")
    with store.database.read() as connection:
        model = models.get(connection, "m")
        assert model.versions == [second, first]
        assert model.created_at == first.created_at
        assert models.get_version(connection, "m", 1) == first
        assert models.file_of(connection, "m", 2) == "models/m/2.h5"


def test_a_number_is_never_used_again(store):
    add(store, "m")
    add(store, "m")
    with store.database.write() as connection:
        assert models.delete_version(connection, "m", 2) == "models/m/2.h5"
    assert add(store, "m").version == 3
    with store.database.write() as connection:
        assert sorted(models.delete(connection, "m")) == ["models/m/1.h5", "models/m/3.h5"]
    assert add(store, "m").version == 4


def test_a_number_that_was_not_committed_is_free(store):
    with suppress(RuntimeError), store.database.write() as connection:
        models.next_version(connection, "m")
        raise RuntimeError
    assert add(store, "m").version == 1


def test_many_at_once_get_numbers_of_their_own(store):
    threads = [threading.Thread(target=add, args=(store, "m")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.database.read() as connection:
        assert [version.version for version in models.get(connection, "m").versions] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_pages_go_by_name_and_leave_out_models_without_versions(store):
    for name in ("c", "a", "b", "empty"):
        add(store, name)
    with store.database.write() as connection:
        models.delete(connection, "empty")
        first = models.page(connection, limit=2, cursor=None)
        second = models.page(connection, limit=2, cursor=first.next)
    assert [model.name for model in first.items + second.items] == ["a", "b", "c"]
    assert second.next is None


def test_the_newest_of_one_and_of_all(store):
    old, new = add(store, "z"), add(store, "a")
    with store.database.read() as connection:
        assert models.newest(connection) == [new]
        assert models.newest(connection, "z") == [old]
        assert models.newest(connection, limit=3) == [new, old]


def test_what_is_not_there_is_not_found(store):
    with store.database.write() as connection:
        for statement, arguments in (
            (models.get, ("m",)),
            (models.get_version, ("m", 1)),
            (models.file_of, ("m", 1)),
            (models.delete, ("m",)),
            (models.delete_version, ("m", 1)),
            (models.newest, ()),
            (models.newest, ("m",)),
        ):
            with pytest.raises(ModelNotFound):
                statement(connection, *arguments)
