"""A job whose networks are divided into parts: the same bits, whoever trains which part, and whatever happens."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from app.errors import ModelNotServable
from app.schemas.training import TrainRequest
from app.schemas.tuning import TuneRequest
from app.services import division
from app.services.checkpoint_keeper import Rhythm
from app.services.execute_training import execute_training
from app.services.job_snapshot import job_snapshot
from app.services.jobs import cancel_job, get_events, get_history, get_job, get_leaderboard, pause_job, resume_job
from app.services.start_training import start_training
from app.services.start_tuning import start_tuning
from app.storage import checkpoints, job_parts, jobs, tables
from app.storage.gram_cache import GramCache
from nncore import gram, inputs, parameter_file

FIXED = {"hidden_layers": [4], "initializer": "he", "epochs": 15}
SEARCH = {"learning_rate": [0.01, 0.02, 1e300], "activation": ["relu", "tanh"], "l2": [0, 1]}
OFTEN = Rhythm(seconds=0.0, epochs=1)


@pytest.fixture
def tune(store, engine, settings, dataset, monkeypatch):
    """A function that asks for a search."""
    monkeypatch.setattr(division, "SECONDS_OF_A_PART", 1e-9)

    def tune(*, workers, **body):
        engine.number_of_workers = workers
        request = TuneRequest(
            dataset=dataset.name, model="m", **{"folds": 2, "search": SEARCH, "hyperparameters": FIXED} | body
        )
        return start_tuning(request, store=store, engine=engine, settings=settings)

    return tune


@pytest.fixture
def ensemble(store, engine, settings, dataset, monkeypatch):
    """A function that asks for an ensemble."""
    monkeypatch.setattr(division, "SECONDS_OF_A_PART", 1e-9)

    def ensemble(*, workers, **body):
        engine.number_of_workers = workers
        request = TrainRequest(dataset=dataset.name, model="m", **{"members": 5, "hyperparameters": FIXED} | body)
        return start_training(request, store=store, engine=engine, settings=settings)

    return ensemble


@pytest.fixture(params=["tune", "ensemble"])
def ask(request):
    """A function that asks for a job of either kind."""
    return request.getfixturevalue(request.param)


def execute(job, *, store, **more):
    """Do all that the engine has workers do for a job, one after the other."""
    for part in (*range(1, job.parts + 1), None):
        execute_training(job.id, store=store, part=part, resumed=get_job(job.id, store=store).resumed, **more)


def statuses(store, job):
    page = get_events(job.id, store=store, after=0, limit=1000)
    return [event.data["status"] for event in page.items if event.event == "status"]


def names(store, job, *, part):
    return checkpoints.newest_first(store.files, job.id, part=part)


def assert_twins(store, one, other):
    """Check that two jobs have come to the same to the last bit."""
    mine, theirs = (get_job(job.id, store=store) for job in (one, other))
    assert (mine.status, theirs.status) == ("succeeded", "succeeded")
    assert (mine.leaderboard, mine.best, mine.metrics) == (theirs.leaderboard, theirs.best, theirs.metrics)
    assert (mine.progress, mine.stopped_by) == (theirs.progress, theirs.stopped_by)
    assert mine.warnings == theirs.warnings
    if mine.kind == "tune":
        assert get_leaderboard(one.id, store=store) == get_leaderboard(other.id, store=store)
    assert get_history(one.id, store=store) == get_history(other.id, store=store)
    files = [store.files.path(store.files.model_file("m", job.model.version)) for job in (mine, theirs)]
    first, second = (parameter_file.read(file).model.network for file in files)
    for array, own in zip(first.weights + first.biases, second.weights + second.biases, strict=True):
        np.testing.assert_array_equal(array, own)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"members": 2, "repeats": 2, "search": {"hidden_layers": [[4], [3, 2]], "normalization": ["standardize"]}},
        {"hyperparameters": FIXED | {"early_stopping": {"monitor": "cost", "patience": 1, "min_delta": 0.02}}},
        {"folds": "leave-one-out", "search": {"epochs": [7, 15]}, "candidates": None},
    ],
)
def test_however_many_parts_the_bits_are_the_same(store, tune, more):
    whole = tune(workers=1, **more)
    assert whole.parts == 0
    execute(whole, store=store)
    for workers in (2, 3):
        parted = tune(workers=workers, **more)
        assert parted.parts == workers
        execute(parted, store=store)
        assert_twins(store, parted, whole)
        assert get_job(parted.id, store=store).attempt == 1
        assert statuses(store, parted) == ["queued", "running", "running", "succeeded"]
        assert store.files.names(f"{checkpoints.CHECKPOINTS}/{parted.id}") == []


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, marks=pytest.mark.long),
        pytest.param(
            {"batch_size": 3, "dropout": 0.2, "normalization": "standardize", "optimizer": "adam"},
            marks=pytest.mark.long,
        ),
        {"validation_fraction": 0.25, "early_stopping": {"patience": 1, "min_delta": 0.02}, "learning_rate": 0.05},
    ],
)
def test_however_many_parts_members_have_the_same_bits(store, ensemble, more):
    whole = ensemble(workers=1, hyperparameters=FIXED | more)
    assert whole.parts == 0
    execute(whole, store=store)
    for workers in (2, 8):
        parted = ensemble(workers=workers, hyperparameters=FIXED | more)
        assert parted.parts == min(workers, 5)
        execute(parted, store=store)
        assert_twins(store, parted, whole)
        assert get_job(parted.id, store=store).attempt == 1
        assert statuses(store, parted) == ["queued", "running", "running", "succeeded"]
        assert store.files.names(f"{checkpoints.CHECKPOINTS}/{parted.id}") == []


@pytest.mark.parametrize("more", [{"members": 1}, {"max_seconds": 60}])
def test_one_network_and_a_time_for_all_are_not_divided(ensemble, more):
    assert ensemble(workers=2, **more).parts == 0


def test_a_member_that_diverges_fails_the_job_wherever_it_was_trained(store, ensemble):
    wild = FIXED | {"learning_rate": 1e300, "activation": "leaky_relu"}
    errors = []
    for workers in (1, 5):
        job = ensemble(workers=workers, hyperparameters=wild)
        execute(job, store=store)
        errors.append(get_job(job.id, store=store).error)
    assert errors[0] == errors[1]
    assert errors[0].code == "diverged"


def test_the_history_has_an_epoch_once_all_members_have_come_to_it(store, ensemble):
    whole, job = ensemble(workers=1), ensemble(workers=2)
    execute(whole, store=store)
    execute_training(job.id, store=store, part=1)
    assert get_history(job.id, store=store)["epoch"] == []
    assert get_job(job.id, store=store).progress.epoch == 7  # of 15, as far as both are together
    execute_training(job.id, store=store, part=2)
    told = get_job(job.id, store=store)
    assert (told.status, told.progress.epoch) == ("running", 15)
    assert get_history(job.id, store=store) == get_history(whole.id, store=store)
    recorded = [
        event.data["recorded"]["count"]
        for event in get_events(job.id, store=store, after=0, limit=99).items
        if event.event == "metrics" and "recorded" in event.data
    ]
    assert sum(recorded) == 15


def test_what_parts_have_learned_can_answer(store, ensemble):
    job = ensemble(workers=2)
    with pytest.raises(ModelNotServable):
        job_snapshot(job.id, store=store)
    execute_training(job.id, store=store, part=2)
    version, model, epoch = job_snapshot(job.id, store=store)
    assert (version.name, model.network.lanes, epoch) == (f"job:{job.id}", 2, 15)
    execute_training(job.id, store=store, part=1)
    _, model, _ = job_snapshot(job.id, store=store)
    execute_training(job.id, store=store)
    made = parameter_file.read(store.files.path(store.files.model_file("m", 1))).model
    for array, own in zip(model.network.parameters.arrays, made.network.parameters.arrays, strict=True):
        np.testing.assert_array_equal(array, own)


def test_nothing_is_made_of_parts_before_all_are_there(store, ask):
    job = ask(workers=2)
    execute_training(job.id, store=store, part=2)
    before = get_job(job.id, store=store)
    execute_training(job.id, store=store)
    assert get_job(job.id, store=store) == before
    assert before.status == "running"


def test_while_parts_train_the_job_tells_how_far_all_of_them_are(store, tune):
    job = tune(workers=2)
    execute_training(job.id, store=store, part=1)
    told = get_job(job.id, store=store)
    assert (told.status, told.attempt, told.first_layer) == ("running", 1, "sample_space")
    assert told.progress.epoch == 15
    assert told.progress.epochs == 45  # two groups of lanes, then the best
    states = {row["candidate"]: row["status"] for row in get_leaderboard(job.id, store=store).candidates}
    assert set(states.values()) == {"finished", "diverged", "waiting"}
    execute_training(job.id, store=store, part=2)
    assert get_job(job.id, store=store).progress.epoch == 30
    states = {row["candidate"]: row["status"] for row in get_leaderboard(job.id, store=store).candidates}
    assert set(states.values()) == {"finished", "diverged"}


def test_parts_on_several_machines_compute_the_gram_matrix_together(store, ask, tmp_path, monkeypatch):
    for module, name, value in ((gram, "SECONDS_OF_A_STRIP", 0), (gram, "BLOCK", 3), (inputs, "BLOCK", 3)):
        monkeypatch.setattr(module, name, value)
    whole, job = ask(workers=1), ask(workers=2)
    execute(whole, store=store)
    here, there = (replace(store, grams=GramCache(tmp_path / name, limit=10**6)) for name in ("here", "there"))
    execute_training(job.id, store=here, part=1)
    folder = f"{checkpoints.CHECKPOINTS}/{job.id}/grams"
    assert [name.rpartition("/")[2] for name in store.files.names(folder)] == ["0.npy", "1.npy", "2.npy"]
    monkeypatch.setattr(gram, "_multiply", None)  # nobody has to any more
    execute_training(job.id, store=there, part=2)
    execute_training(job.id, store=there)
    assert_twins(store, job, whole)
    assert store.files.names(f"{checkpoints.CHECKPOINTS}/{job.id}") == []


def die(monkeypatch, *, turns):
    """Have whoever writes a checkpoint of a part die at one of them, as a process that is killed."""
    state, turn = checkpoints.write, iter(range(1000))

    def die_at_last(path, checkpoint):
        if next(turn) == turns:
            raise KeyboardInterrupt
        return state(path, checkpoint)

    monkeypatch.setattr(checkpoints, "write", die_at_last)


def test_only_the_part_whose_worker_died_goes_on_from_its_checkpoint(store, ask, monkeypatch):
    whole, job = ask(workers=1), ask(workers=2)
    execute(whole, store=store)
    execute_training(job.id, store=store, part=1, rhythm=OFTEN)
    finished = names(store, job, part=1)
    with monkeypatch.context() as patched:
        die(patched, turns=9)
        with pytest.raises(KeyboardInterrupt):
            execute_training(job.id, store=store, part=2, rhythm=OFTEN)
    assert len(names(store, job, part=2)) == 2
    execute_training(job.id, store=store, part=1, rhythm=OFTEN)  # whose result Dask has lost: there is nothing to do
    assert names(store, job, part=1) == finished
    execute_training(job.id, store=store, part=2, rhythm=OFTEN)
    numbers = [int(name.rpartition("/")[2].split("-")[0]) for name in names(store, job, part=2)]
    assert numbers == [2, 2]
    execute_training(job.id, store=store)
    assert_twins(store, job, whole)
    assert get_job(job.id, store=store).attempt == 2


def test_a_part_that_kills_its_workers_fails_the_job(store, ask):
    job = ask(workers=2)
    for _ in range(jobs.MAX_DEATHS):
        with store.database.write() as connection:
            job_parts.claim(connection, job.id, 2)
    execute_training(job.id, store=store, part=2)
    told = get_job(job.id, store=store)
    assert (told.status, told.error.code, told.attempt) == ("failed", "worker-died", 3)
    execute_training(job.id, store=store, part=1)
    assert get_job(job.id, store=store) == told


def test_a_damaged_result_is_computed_again(store, ask, capsys):
    whole, job = ask(workers=1), ask(workers=2)
    execute(whole, store=store)
    for part in (1, 2):
        execute_training(job.id, store=store, part=part, rhythm=OFTEN)
    store.files.path(names(store, job, part=2)[0]).write_bytes(b"")
    execute_training(job.id, store=store)
    assert "broken checkpoint" in capsys.readouterr().out
    assert_twins(store, job, whole)


def test_where_every_candidate_diverges_the_job_has_failed(store, tune):
    job = tune(workers=2, search={"learning_rate": [1e200, 1e300]})
    execute(job, store=store)
    assert get_job(job.id, store=store).error.code == "diverged"


@pytest.fixture
def training(store, ask, wait_for):
    """A function that starts a long job, with workers at its two parts; it returns the job and the threads."""

    def training(*, epochs):
        job = ask(workers=2, **long_job(ask, epochs=epochs))
        threads = [
            threading.Thread(target=execute_training, args=(job.id,), kwargs={"store": store, "part": part})
            for part in (1, 2)
        ]
        for thread in threads:
            thread.start()
        wait_for(lambda: all_have_begun(store, job))
        return job, threads

    return training


def long_job(ask, *, epochs):
    more = {"search": {"learning_rate": [0.01, 0.02]}} if ask.__name__ == "tune" else {"members": 2}
    return {"hyperparameters": FIXED | {"epochs": epochs}} | more


def all_have_begun(store, job):
    with store.database.read() as connection:
        parts = connection.execute(tables.job_parts.select().where(tables.job_parts.c.job_id == job.id)).all()
    return all(part.done > 0 for part in parts)


def test_a_pause_stops_all_parts_and_each_goes_on_from_where_it_was(store, ask, engine, training):
    job, threads = training(epochs=10_000)
    pause_job(job.id, store=store)
    for thread in threads:
        thread.join()
    paused = get_job(job.id, store=store)
    assert paused.status == "paused"
    assert statuses(store, job).count("paused") == 1
    assert [len(names(store, job, part=part)) for part in (1, 2)] == [1, 1]
    execute(job, store=store)
    assert get_job(job.id, store=store) == paused
    resumed = resume_job(job.id, store=store, engine=engine)
    execute(resumed, store=store)
    whole = ask(workers=1, **long_job(ask, epochs=10_000))
    execute(whole, store=store)
    assert_twins(store, job, whole)
    assert get_job(job.id, store=store).attempt == 2


@pytest.mark.parametrize("keep", [False, True])
def test_a_cancelled_job_stops_all_parts_and_members_alone_can_be_kept(store, engine, ask, training, keep):
    job, threads = training(epochs=1_000_000)
    cancel_job(job.id, keep=keep, store=store, engine=engine)
    for thread in threads:
        thread.join()
    execute_training(job.id, store=store)
    told = get_job(job.id, store=store)
    version = 1 if keep and ask.__name__ == "ensemble" else None
    assert (told.status, told.model.version, told.metrics is not None) == ("cancelled", version, version == 1)
    warned = [
        event.data["code"]
        for event in get_events(job.id, store=store, after=0, limit=999).items
        if event.event == "warning"
    ]
    assert warned.count("nothing-to-keep") == (keep and version is None)
    assert store.files.names(f"{checkpoints.CHECKPOINTS}/{job.id}") == []
    if version:
        assert 0 < told.progress.epoch < 1_000_000
        assert parameter_file.read(store.files.path(store.files.model_file("m", 1))).model.network.lanes == 2


def test_a_part_that_had_not_begun_has_no_members_in_what_is_kept(store, engine, ensemble):
    job = ensemble(workers=2)
    execute_training(job.id, store=store, part=1)
    cancel_job(job.id, keep=True, store=store, engine=engine)
    execute_training(job.id, store=store, part=2)
    execute_training(job.id, store=store)
    told = get_job(job.id, store=store)
    assert (told.status, told.model.version) == ("cancelled", 1)
    made = parameter_file.read(store.files.path(store.files.model_file("m", 1))).model
    assert made.network.lanes in (3, 5)  # five where the part heard of it after its first epoch


@pytest.mark.parametrize(("act", "status"), [(cancel_job, "cancelled"), (pause_job, "paused")])
def test_where_no_worker_has_a_part_a_wish_comes_true_at_once(store, ask, engine, act, status):
    job = ask(workers=2)
    execute_training(job.id, store=store, part=1)
    more = {} if act is pause_job else {"engine": engine}
    assert act(job.id, store=store, **more).status == status
