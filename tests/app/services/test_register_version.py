import json

import h5py
import numpy as np
import pytest

from app.errors import ModelNotFound
from app.services.execute_training import execute_training
from app.services.models import get_model, get_version
from app.services.register_version import register_version
from nncore.errors import InvalidParameterFile


@pytest.fixture
def trained(store, start):
    """The path of a parameter file that a job has made."""
    execute_training(start(model="origin", epochs=2).id, store=store)
    return store.files.path("models/origin/1.h5")


@pytest.fixture
def copy(store, trained):
    with store.files.temporary() as path:
        path.write_bytes(trained.read_bytes())
        yield path


def test_a_file_from_elsewhere_becomes_a_version(store, copy, trained):
    version = register_version(copy, store=store, name="m")
    origin = get_version("origin", 1, store=store)
    assert store.files.path("models/m/1.h5").read_bytes() == trained.read_bytes()
    assert (version.sha256, version.size, version.metrics) == (origin.sha256, origin.size, origin.metrics)
    assert (version.job_id, version.first_layer) == (None, None)
    assert get_version("m", 1, store=store) == version


def test_neither_row_nor_file_where_something_fails_before_the_end(store, copy):
    def fail(*_arguments):
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        register_version(copy, store=store, name="m", before=fail)
    with pytest.raises(ModelNotFound):
        get_model("m", store=store)
    assert store.files.names("models/m") == []


def test_a_file_that_was_left_without_a_row_is_replaced(store, copy, trained):
    with store.files.temporary() as orphan:
        orphan.write_bytes(b"put in its place, and then killed before the commit")
        store.files.publish(orphan, "models/m/1.h5")
    assert register_version(copy, store=store, name="m").version == 1
    assert store.files.path("models/m/1.h5").read_bytes() == trained.read_bytes()


@pytest.mark.parametrize("value", [{"cost": float("nan")}, {"cost": "\ud800"}])
def test_what_no_answer_could_carry_is_refused(store, copy, value):
    with h5py.File(copy, "r+") as file:
        file.attrs["metrics"] = json.dumps({"train": value})
    with pytest.raises(InvalidParameterFile, match="JSON"):
        register_version(copy, store=store, name="m")


@pytest.mark.parametrize("levels", [40, 300])
def test_json_that_is_nested_too_deep_for_an_answer_is_refused(store, copy, levels):
    with h5py.File(copy, "r+") as file:
        file.attrs["metrics"] = '{"train": ' + "[" * levels + "]" * levels + "}"
    with pytest.raises(InvalidParameterFile, match="more than 32 levels"):
        register_version(copy, store=store, name="m")


@pytest.mark.parametrize("told", ['{"name": "\\ud800"}', '{"digest": "\\udfff"}'])
def test_a_dataset_whose_name_no_answer_could_carry_is_refused(store, copy, told):
    with h5py.File(copy, "r+") as file:
        file.attrs["dataset"] = told
    with pytest.raises(InvalidParameterFile, match="JSON"):
        register_version(copy, store=store, name="m")


@pytest.mark.parametrize("names", [["cat", "cat"], ["", "cat"], ["c\x07t", "cat"], ["x" * 201, "cat"]])
def test_classes_that_no_answer_could_tell_apart_are_refused(store, copy, names):
    with h5py.File(copy, "r+") as file:
        file.attrs["classes"] = json.dumps(names)
    with pytest.raises(InvalidParameterFile, match="class"):
        register_version(copy, store=store, name="m")


def test_weights_that_are_too_large_to_answer_with_are_refused(store, copy):
    with h5py.File(copy, "r+") as file:
        for array in file["parameters"].values():
            array[...] = 1e308
    with pytest.raises(InvalidParameterFile, match="black or a white picture is not finite"):
        register_version(copy, store=store, name="m")


def test_a_network_for_other_pictures_is_refused(store, copy):
    with h5py.File(copy, "r+") as file:
        W1 = file["parameters/W1"][()]
        del file["parameters/W1"]
        file["parameters/W1"] = np.ascontiguousarray(W1[:, :300])
    with pytest.raises(InvalidParameterFile, match="300 inputs; a picture here has 12288"):
        register_version(copy, store=store, name="m")


def test_a_dataset_that_is_told_strangely_is_left_out(store, copy):
    with h5py.File(copy, "r+") as file:
        file.attrs["dataset"] = json.dumps({"name": ["cats"], "digest": "sha256:1"})
    assert register_version(copy, store=store, name="m").dataset.model_dump() == {"name": None, "digest": "sha256:1"}
