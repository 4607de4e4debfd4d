"""Same seed, same bits: what worker processes of a real service train, and what the library trains alone.

The library is given one BLAS thread, as workers have: more threads add up in another order, and the last bits differ.
"""

from io import BytesIO
from pathlib import Path

import h5py
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from app.client import Client
from app.schemas.hyperparameters import Hyperparameters
from nncore.training import Training

COMMON = {"hidden_layers": [6, 4], "activation": "relu", "initializer": "he", "epochs": 30, "seed": 7}
KINDS = {
    "gradient-descent": {"optimizer": "gradient_descent", "learning_rate": 0.03},
    "momentum-dropout": {
        "optimizer": "gradient_descent",
        "learning_rate": 0.01,
        "momentum": 0.9,
        "batch_size": 32,
        "dropout": 0.3,
    },
    "adam": {"optimizer": "adam", "learning_rate": 0.001},
}


@pytest.fixture(scope="module")
def dataset(remote: Client, cat_data: Path):
    name = "same-bits"
    remote.import_hdf5(name, cat_data / "train_catvnoncat.h5", cat_data / "test_catvnoncat.h5")
    yield name
    remote.delete_dataset(name)


@pytest.mark.parametrize("kind", KINDS)
def test_three_jobs_and_the_library_give_the_same_bytes(remote: Client, cat_data: Path, dataset: str, kind: str):
    hyperparameters = COMMON | KINDS[kind]
    expected = in_the_library(cat_data, hyperparameters)
    jobs = [remote.train(dataset, f"bits-{kind}", hyperparameters=hyperparameters) for _ in range(3)]

    assert sorted(expected) == ["W1", "W2", "W3", "b1", "b2", "b3"]
    for ended in [list(remote.watch(job["id"]))[-1] for job in jobs]:
        assert ended["status"] == "succeeded", ended["error"]
        found = arrays_of(remote.parameters(ended["model"]["name"], ended["model"]["version"]))
        assert {name: array.tobytes() for name, array in found.items()} == expected


def in_the_library(folder: Path, values: dict[str, object]) -> dict[str, bytes]:
    """Return the bytes of W1, b1, W2, ... that the library alone comes to."""
    with h5py.File(folder / "train_catvnoncat.h5") as file:
        images, labels = file["train_set_x"][:], file["train_set_y"][:]
    hyperparameters = Hyperparameters.model_validate(values).for_the_network()
    with threadpool_limits(limits=1, user_api="blas"):
        training = Training(images, labels.astype(int), classes=2, hyperparameters=hyperparameters)
        for _ in training:
            pass
        network = training.result().network
    named = {"W": network.weights, "b": network.biases}
    return {
        f"{letter}{layer}": array[0].tobytes()
        for letter, arrays in named.items()
        for layer, array in enumerate(arrays, start=1)
    }


def arrays_of(content: bytes) -> dict[str, np.ndarray]:
    with h5py.File(BytesIO(content)) as file:
        return {name: array[()] for name, array in file["parameters"].items()}
