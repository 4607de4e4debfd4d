import pytest

from app.errors import AliasNotFound, ModelNotFound, VersionInUse
from app.schemas.clock import now
from app.schemas.datasets import DatasetReference
from app.schemas.models import Alias, ModelVersion
from app.storage import aliases, models


@pytest.fixture
def two_versions(store) -> None:
    with store.database.write() as connection:
        for _ in range(2):
            number = models.next_version(connection, "m")
            version = ModelVersion(
                name="m",
                version=number,
                classes=["a", "b"],
                hyperparameters={},
                metrics={},
                dataset=DatasetReference(),
                preprocessing={},
                sha256="0" * 64,
                size=9,
                created_at=now(),
            )
            models.insert(connection, version=version, file=f"models/m/{number}.h5")


def put(store, alias: str, version: int, *, model: str = "m") -> Alias:
    made = Alias(model=model, alias=alias, version=version, updated_at=now())
    with store.database.write() as connection:
        aliases.put(connection, made)
    return made


@pytest.mark.usefixtures("two_versions")
def test_an_alias_moves_and_goes(store):
    put(store, "live", 1)
    moved, other = put(store, "live", 2), put(store, "next", 2)
    with store.database.read() as connection:
        assert aliases.version_of(connection, "m", "live") == 2
        first = aliases.page(connection, "m", limit=1, cursor=None)
        assert (first.items, first.next) == ([moved], "live")
        assert aliases.page(connection, "m", limit=9, cursor="live").items == [other]
    with store.database.write() as connection:
        aliases.delete(connection, "m", "live")
        with pytest.raises(AliasNotFound):
            aliases.version_of(connection, "m", "live")


@pytest.mark.usefixtures("two_versions")
def test_a_version_that_an_alias_means_stays_until_the_alias_has_moved(store):
    put(store, "live", 1)
    with pytest.raises(VersionInUse, match="m@live"), store.database.write() as connection:
        models.delete_version(connection, "m", 1)
    put(store, "live", 2)
    with store.database.write() as connection:
        assert models.delete_version(connection, "m", 1) == "models/m/1.h5"


@pytest.mark.usefixtures("two_versions")
def test_a_deleted_model_takes_its_aliases_along(store):
    put(store, "live", 1)
    with store.database.write() as connection:
        models.delete(connection, "m")
        with pytest.raises(AliasNotFound):
            aliases.version_of(connection, "m", "live")


@pytest.mark.usefixtures("two_versions")
def test_what_is_not_there_is_not_found(store):
    for model, version in (("m", 3), ("n", 1)):
        with pytest.raises(ModelNotFound):
            put(store, "live", version, model=model)
    with store.database.write() as connection:
        with pytest.raises(AliasNotFound):
            aliases.delete(connection, "m", "live")
        with pytest.raises(ModelNotFound):
            aliases.page(connection, "n", limit=9, cursor=None)
