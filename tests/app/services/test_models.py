import io

import pytest

from app.errors import ModelNotFound, ModelNotServable
from app.services import models
from app.services.execute_training import execute_training
from nncore.errors import InvalidParameterFile


@pytest.fixture
def content(store, start) -> bytes:
    execute_training(start(model="m", epochs=2).id, store=store)
    return store.files.path("models/m/1.h5").read_bytes()


def test_an_upload_becomes_the_next_version(store, settings, content):
    version = models.add_version("m", io.BytesIO(content), store=store, settings=settings)
    assert version.version == 2
    assert models.parameter_path(version, store=store).read_bytes() == content
    assert [item.version for item in models.get_model("m", store=store).versions] == [2, 1]
    assert [item.name for item in models.list_models(store=store, limit=9, cursor=None).items] == ["m"]


def test_a_broken_upload_leaves_nothing(store, settings):
    with pytest.raises(InvalidParameterFile):
        models.add_version("m", io.BytesIO(b"text"), store=store, settings=settings)
    assert models.list_models(store=store, limit=9, cursor=None).items == []
    assert list((store.files.home / "data/uploads").iterdir()) == []


def test_deleting_takes_the_files_along(store, settings, content):
    models.add_version("m", io.BytesIO(content), store=store, settings=settings)
    models.add_version("m", io.BytesIO(content), store=store, settings=settings)
    models.delete_version("m", 2, store=store)
    assert store.files.names("models/m") == ["models/m/1.h5", "models/m/3.h5"]
    models.delete_model("m", store=store)
    assert store.files.names("models/m") == []
    with pytest.raises(ModelNotFound):
        models.get_version("m", 1, store=store)


def test_a_file_that_has_changed_is_not_handed_out(store, content):
    version = models.get_version("m", 1, store=store)
    file = store.files.path("models/m/1.h5")
    assert models.fault_of(version, store=store) == ""
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelNotServable, match="m:1 has changed on the disk"):
        models.parameter_path(version, store=store)
    file.write_bytes(content[:-1])
    assert f"it has {len(content) - 1} bytes" in models.fault_of(version, store=store)
    if store.files.home / "models/m/1.h5" == file:  # a copy of one in a bucket would be fetched again
        file.unlink()
        assert models.fault_of(version, store=store) == "its parameter file is no longer there"
        with pytest.raises(ModelNotFound):
            models.parameter_path(version, store=store)


def test_a_file_that_the_disk_does_not_give_is_told_as_such(store, content):
    version = models.get_version("m", 1, store=store)
    file = store.files.home / "models/m/1.h5"
    if store.files.path("models/m/1.h5") != file:
        pytest.skip("of files in a bucket, another copy would be fetched")
    file.unlink()
    file.symlink_to(file)
    with pytest.raises(ModelNotServable, match="the parameter file of m:1 cannot be read: Too many"):
        models.parameter_path(version, store=store)
    assert models.fault_of(version, store=store).startswith("its parameter file cannot be read: Too many")
