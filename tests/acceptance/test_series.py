"""The published costs of the series, over HTTP: on the cat files, with every hyperparameter written out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client import Client
from tests.series import HYPERPARAMETERS

RELU = (  # after 100, 200, ... iterations
    "0.6556 0.6468 0.6447 0.6441 0.6440 0.6440 0.6440 0.6440 0.6440 0.6440 0.6439 0.6439 0.6439 0.6439 0.6439 "
    "0.6439 0.6438 0.6437 0.6435 0.6432 0.6423 0.6395 0.6259 0.5408 0.5262 0.4727 0.4386 0.3493 0.1877 0.3641"
)
TANH = (
    "0.6556 0.6468 0.6447 0.6441 0.6440 0.6440 0.6440 0.6439 0.6439 0.6439 0.6439 0.6439 0.6438 0.6438 0.6437 "
    "0.6434 0.6429 0.6413 0.6361 0.6124 0.5112"
)


@pytest.fixture(scope="module")
def cats(remote: Client, cat_data: Path) -> Iterator[str]:
    name = "cats"
    dataset = remote.import_hdf5(name, cat_data / "train_catvnoncat.h5", cat_data / "test_catvnoncat.h5")
    assert dataset["counts"] == {"train": {"non-cat": 137, "cat": 72}, "test": {"non-cat": 17, "cat": 33}}
    warned = {warning["code"] for warning in dataset["warnings"]}
    assert warned >= {"images-in-both-splits", "class-shares-differ"}
    yield name
    remote.delete_dataset(name)


def test_relu(remote: Client, cats: str):
    costs, job = costs_after_hundreds(remote, cats, **HYPERPARAMETERS)

    assert " ".join(costs) == RELU
    assert job["metrics"]["test"]["accuracy"] == 0.42
    assert job["hyperparameters"].items() >= HYPERPARAMETERS.items()


def test_tanh(remote: Client, cats: str):
    costs, _ = costs_after_hundreds(remote, cats, **HYPERPARAMETERS | {"activation": "tanh", "epochs": 2100})

    assert " ".join(costs) == TANH


def costs_after_hundreds(remote: Client, dataset: str, **hyperparameters):
    job = remote.train(dataset, "series", hyperparameters=hyperparameters, record_every=1)
    job = list(remote.watch(job["id"]))[-1]
    assert job["status"] == "succeeded", job["error"]
    history = remote.history(job["id"])
    by_epoch = dict(zip(history["epoch"], history["cost"], strict=True))
    return [f"{by_epoch[epoch]:.4f}" for epoch in range(100, job["progress"]["epochs"] + 1, 100)], job
