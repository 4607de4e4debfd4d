"""The parameter file: what was written comes back, and what was made to harm is refused."""

import json

import h5py
import numpy as np
import pytest

from nncore import parameter_file
from nncore.errors import InvalidParameterFile
from nncore.hyperparameters import Hyperparameters
from nncore.training import Training, train


@pytest.fixture(scope="module")
def trained():
    images = np.random.default_rng(0).integers(0, 256, (12, 4, 4, 3), dtype=np.uint8)
    return images, train(images, np.arange(12) % 2, hyperparameters=Hyperparameters(epochs=3))[0]


@pytest.fixture
def path(tmp_path, trained):
    hyperparameters = Hyperparameters(epochs=3).to_json()
    described = {"preprocessing": {"size": [4, 4]}, "classes": ["no", "yes"], "dataset": {"name": "made"}}
    parameter_file.write(tmp_path / "m.h5", model=trained[1], hyperparameters=hyperparameters, **described)
    return tmp_path / "m.h5"


def test_there_and_back(path, trained):
    images, model = trained
    read = parameter_file.read(path)
    np.testing.assert_array_equal(read.model.probabilities(images), model.probabilities(images))
    assert read.classes == ["no", "yes"]
    assert read.preprocessing == {"size": [4, 4]}
    assert read.dataset == {"name": "made"}
    assert read.metrics == model.metrics
    assert Hyperparameters.from_json(read.hyperparameters) == Hyperparameters(epochs=3)


def test_h5py_alone_can_read_it(path):
    with h5py.File(path) as file:
        assert {name: array.shape for name, array in file["parameters"].items()} == {
            "W1": (5, 48),
            "b1": (5, 1),
            "W2": (5, 5),
            "b2": (5, 1),
            "W3": (1, 5),
            "b3": (1, 1),
        }
        assert json.loads(file.attrs["classes"]) == ["no", "yes"]
        assert file.attrs["format_version"] == 1


def test_members_and_statistics_there_and_back(tmp_path, trained):
    images, _ = trained
    lanes = [Hyperparameters(epochs=3, normalization="standardize", seed=seed) for seed in (1, 2, 3)]
    training = Training(images, np.arange(12) % 2, classes=2, hyperparameters=lanes)
    for _ in training:
        pass
    model = training.result(lanes=(0, 1, 2))
    described = {"preprocessing": {}, "classes": ["no", "yes"], "dataset": {}}
    parameter_file.write(tmp_path / "m.h5", model=model, hyperparameters=lanes[0].to_json(), **described)
    read = parameter_file.read(tmp_path / "m.h5").model
    np.testing.assert_array_equal(read.member_probabilities(images), model.member_probabilities(images))


def replace(file, name, value):
    del file["parameters"][name]
    if value is not None:
        file["parameters"][name] = value


def virtual(file):
    layout = h5py.VirtualLayout(shape=(5, 48), dtype="float64")
    replace(file, "W1", None)
    file["parameters"].create_virtual_dataset("W1", layout)


def external(file):
    replace(file, "W1", None)
    file["parameters"].create_dataset("W1", (5, 48), "float64", external=[("/etc/hostname", 0, 5 * 48 * 8)])


def bomb(file):
    replace(file, "W1", None)
    file["parameters"].create_dataset("W1", (10**6, 10**6), "float64", chunks=(100, 100), compression="gzip")


def unwritten(file):
    replace(file, "W1", None)
    file["parameters"].create_dataset("W1", (5, 48), "float64")  # its numbers would be zeros
    replace(file, "W2", None)
    file["parameters"].create_dataset("W2", (5000, 5), "float64")
    replace(file, "b2", np.zeros((5000, 1)))
    replace(file, "W3", None)
    file["parameters"].create_dataset("W3", (1, 5000), "float64")


def shared(file):
    file["parameters"].move("W3", "W1000")
    file["parameters"].move("b3", "b1000")
    for layer in range(3, 1000):
        file["parameters"][f"W{layer}"] = file["parameters/W2"]
        file["parameters"][f"b{layer}"] = file["parameters/b2"]


HARM = {
    "version": lambda file: file.attrs.modify("format_version", 99),
    "no classes": lambda file: file.attrs.pop("classes"),
    "not JSON": lambda file: file.attrs.modify("classes", "["),
    "not a list": lambda file: file.attrs.modify("classes", "{}"),
    "three classes": lambda file: file.attrs.modify("classes", '["a", "b", "c"]'),
    "activation": lambda file: file.attrs.modify("hyperparameters", '{"activation": "swish"}'),
    "normalization": lambda file: file.attrs.modify("preprocessing", "{}"),
    "no parameters": lambda file: file.pop("parameters"),
    "layer missing": lambda file: replace(file, "W2", None),
    "layer that does not fit": lambda file: replace(file, "W2", np.zeros((5, 4))),
    "integers": lambda file: replace(file, "W2", np.zeros((5, 5), dtype=int)),
    "not finite": lambda file: replace(file, "W2", np.full((5, 5), np.nan)),
    "soft link": lambda file: replace(file, "W2", h5py.SoftLink("/parameters/W1")),
    "external link": lambda file: replace(file, "W2", h5py.ExternalLink("other.h5", "/W2")),
    "virtual": virtual,
    "external storage": external,
    "compression bomb": bomb,
    "numbers never written": unwritten,
    "one array under many names": shared,
    "long text": lambda file: file.attrs.modify("metrics", "{" + " " * 12 * 2**20 + "}"),
}


@pytest.mark.parametrize("harm", HARM)
def test_refuses_what_it_cannot_trust(path, harm):
    with h5py.File(path, "r+") as file:
        HARM[harm](file)
    with pytest.raises(InvalidParameterFile):
        parameter_file.read(path)


def test_what_is_wrong_is_told_as_it_stands_there_and_in_short(path):
    with h5py.File(path, "r+") as file:
        file.attrs["classes"] = json.dumps([f"class {number}" for number in range(100_000)])
    with pytest.raises(InvalidParameterFile, match="do not fit the 100000 classes") as caught:
        parameter_file.read(path)
    assert len(str(caught.value)) < 300
    with h5py.File(path, "r+") as file:
        file.attrs["format_version"] = "1"
    with pytest.raises(InvalidParameterFile, match="format_version is '1'; this nncore reads 1"):
        parameter_file.read(path)


@pytest.mark.parametrize("content", [b"", b"not HDF5 at all", b"\x89HDF\r\n\x1a\n" + bytes(500)])
def test_refuses_other_files(tmp_path, content):
    (tmp_path / "x.h5").write_bytes(content)
    with pytest.raises(InvalidParameterFile, match="cannot be read"):
        parameter_file.read(tmp_path / "x.h5")
