"""Searches and ensembles over HTTP, as users ask for them."""

from pathlib import Path

import pytest

from app.client import Client

SEARCH = {
    "learning_rate": {"log_uniform": [0.001, 0.1]},
    "l2": [0, 1, 10],
    "hidden_layers": [[5, 5], [20, 7, 5]],
}


def ended(remote: Client, job: dict) -> dict:
    job = list(remote.watch(job["id"]))[-1]
    assert job["status"] == "succeeded", job["error"]
    return job


def test_a_search_on_the_built_in_pictures_makes_an_ensemble(remote: Client, trained: str, pictures: tuple[Path, Path]):
    fixed = {"epochs": 30, "initializer": "he"}
    job = remote.tune(trained, "searched", search=SEARCH, candidates=4, folds=3, hyperparameters=fixed, members=5)
    job = ended(remote, job)

    assert job["leaderboard"][0]["hyperparameters"].items() <= job["best"].items()
    assert job["metrics"]["validation"]["balanced_accuracy"] > 0.8
    assert len(remote.leaderboard(job["id"])["out_of_fold"]) == 240
    [told] = remote.predict([pictures[1]], model="searched")["predictions"]
    assert 0 <= told["uncertainty"] <= 0.5
    assert remote.version("searched", 1)["members"] == 5


def test_members_answer_together(remote: Client, trained: str, pictures: tuple[Path, Path]):
    hyperparameters = {"epochs": 20, "hidden_layers": [20], "initializer": "he"}
    for seed in (3, 4):
        ended(remote, remote.train(trained, "alone", hyperparameters=hyperparameters | {"seed": seed}))
    ended(remote, remote.train(trained, "together", hyperparameters=hyperparameters | {"seed": 3}, members=2))

    [one], [other], [both] = (
        remote.predict([pictures[1]], model=model)["predictions"] for model in ("alone:1", "alone:2", "together")
    )
    mean = {name: (one["probabilities"][name] + other["probabilities"][name]) / 2 for name in one["probabilities"]}
    assert both["probabilities"] == pytest.approx(mean, rel=1e-12)
    spread = abs(one["probabilities"][both["label"]] - other["probabilities"][both["label"]]) / 2
    assert both["uncertainty"] == pytest.approx(spread, rel=1e-9, abs=1e-15)
    assert "uncertainty" not in one


@pytest.mark.long
def test_a_search_on_the_cat_images(remote: Client, cat_data: Path):
    remote.import_hdf5("tuned-cats", cat_data / "train_catvnoncat.h5", cat_data / "test_catvnoncat.h5")
    fixed = {"activation": "tanh", "initializer": "xavier", "epochs": 300}
    job = ended(remote, remote.tune("tuned-cats", "tuned-cats", search=SEARCH, candidates=32, hyperparameters=fixed))

    board = remote.leaderboard(job["id"])
    assert len(board["candidates"]) == 32
    assert all(len(row["folds"]) == 5 for row in board["candidates"])
    values = [row["balanced_accuracy"] for row in board["candidates"]]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.5
    assert len(board["out_of_fold"]) == 209
