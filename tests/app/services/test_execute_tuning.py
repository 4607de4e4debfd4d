"""A search as a job: what it tells, what it registers, and that it can be interrupted."""

import numpy as np
import pytest

from app.schemas.tuning import TuneRequest
from app.services.checkpoint_keeper import Rhythm
from app.services.execute_training import execute_training
from app.services.jobs import cancel_job, get_events, get_history, get_job, get_leaderboard
from app.services.models import get_version
from app.services.start_tuning import start_tuning
from app.storage import jobs
from app.storage.dataset_file import read_splits
from nncore import Hyperparameters, Tuning, parameter_file

FIXED = {"hidden_layers": [4], "initializer": "he", "epochs": 15}
SEARCH = {"learning_rate": [0.01, 1e300], "activation": ["relu", "tanh"]}


@pytest.fixture
def tune(store, engine, settings, dataset):
    def tune(**body):
        request = TuneRequest(
            dataset=dataset.name, model="m", **{"folds": 2, "search": SEARCH, "hyperparameters": FIXED} | body
        )
        return start_tuning(request, store=store, engine=engine, settings=settings)

    return tune


def test_the_best_becomes_a_version(store, tune):
    job = tune(members=3)
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    version = get_version("m", 1, store=store)
    assert (job.status, job.error, job.model.version, job.members) == ("succeeded", None, 1, 3)
    assert job.progress.epoch == job.progress.epochs == 45
    assert (version.hyperparameters, version.members, version.metrics) == (job.best, 3, job.metrics)
    assert job.best["learning_rate"] == 0.01
    assert set(job.metrics) == {"train", "validation", "test"}
    assert [row["rank"] for row in job.leaderboard] == [1, 2, 3, 4]
    assert job.leaderboard[0]["hyperparameters"] == {name: job.best[name] for name in SEARCH}
    assert get_history(job.id, store=store)["epoch"] == list(range(31, 46))


def test_the_leaderboard_has_every_fold_and_the_hardest_images_first(store, tune):
    job = tune()
    execute_training(job.id, store=store)
    board = get_leaderboard(job.id, store=store)
    assert [len(row["folds"]) for row in board.candidates] == [2, 2, 2, 2]
    assert board.candidates[-1]["status"] == "diverged"
    probabilities = [told["probability"] for told in board.out_of_fold]
    assert probabilities == sorted(probabilities)
    assert sorted(told["image"] for told in board.out_of_fold) == list(range(8))


def test_it_is_what_the_library_alone_computes(store, tune):
    job = tune(search={"learning_rate": {"log_uniform": [0.001, 0.1]}}, candidates=3)
    execute_training(job.id, store=store)
    [path] = map(store.files.path, store.files.names("data/datasets"))
    rates = [row["hyperparameters"]["learning_rate"] for row in get_leaderboard(job.id, store=store).candidates]
    candidates = [Hyperparameters(**FIXED | {"learning_rate": rate}) for rate in rates]
    tuning = Tuning(*read_splits(path)["train"], classes=["dark", "bright"], candidates=candidates, folds=2)
    for _ in tuning:
        pass
    assert tuning.best == 0
    content = parameter_file.read(store.files.path("models/m/1.h5"))
    for mine, theirs in zip(content.model.network.weights, tuning.result().network.weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_an_attempt_that_goes_on_from_a_checkpoint_ends_alike(store, tune, monkeypatch):
    whole, parted = tune(), tune()
    execute_training(whole.id, store=store)
    turns = iter(range(1000))

    def die(self):
        if next(turns) == 20:
            raise KeyboardInterrupt  # as a process that is killed: nothing more is written
        return iter_of(self)

    iter_of = Tuning.state
    monkeypatch.setattr(Tuning, "state", die)
    with pytest.raises(KeyboardInterrupt):
        execute_training(parted.id, store=store, rhythm=Rhythm(seconds=0.0, epochs=1))
    monkeypatch.undo()
    execute_training(parted.id, store=store)
    one, other = get_job(whole.id, store=store), get_job(parted.id, store=store)
    assert (other.status, other.attempt) == ("succeeded", 2)
    assert (one.leaderboard, one.best, one.metrics) == (other.leaderboard, other.best, other.metrics)
    assert get_leaderboard(one.id, store=store) == get_leaderboard(other.id, store=store)
    assert get_history(one.id, store=store) == get_history(other.id, store=store)


def test_where_every_candidate_diverges_the_job_has_failed(store, tune):
    job = tune(search={"learning_rate": [1e200, 1e300]})
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert job.error.code == "diverged"
    assert {row["status"] for row in job.leaderboard} == {"diverged"}
    assert {row["status"] for row in get_leaderboard(job.id, store=store).candidates} == {"diverged"}


def test_a_search_that_was_cancelled_has_no_version(store, tune, engine):
    job = tune()
    with store.database.write() as connection:
        jobs.claim(connection, job.id)
    cancel_job(job.id, keep=True, store=store, engine=engine)
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert (job.status, job.model.version, job.metrics) == ("cancelled", None, None)
    kinds = [(event.event, event.data.get("code")) for event in get_events(job.id, store=store, after=0, limit=9).items]
    assert kinds[-3:] == [("warning", "nothing-to-keep"), ("status", None), ("done", None)]
