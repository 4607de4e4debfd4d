"""A job that is interrupted goes on from its checkpoint, with the bits of one that was not."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from app.errors import ModelNotServable
from app.services.checkpoint_keeper import Rhythm
from app.services.execute_training import execute_training
from app.services.jobs import cancel_job, get_events, get_history, get_job, pause_job, resume_job
from app.services.models import get_version
from app.services.served_models import ServedModels
from app.services.train_with_checkpoints import train_with_checkpoints
from app.services.wishes import PausedError, Wishes
from app.storage import checkpoints, jobs
from app.storage.dataset_file import read_splits
from app.storage.files import sha256_of
from nncore import Hyperparameters, Training, parameter_file

SMALL = {"hidden_layers": [4], "initializer": "he", "epochs": 30, "batch_size": 3}
EVERY_FOUR = Rhythm(seconds=3600, epochs=4)


class PowerFails(Exception):
    pass


class Interrupted(Training):
    """A training that is cut off after a few turns, as by the death of its process."""

    turns = 25

    def __iter__(self):
        for turn, _ in enumerate(super().__iter__(), start=1):
            yield
            if turn == self.turns:
                raise PowerFails


def names(store, job):
    return checkpoints.newest_first(store.files, job.id)


def epochs(store, job):
    return [int(checkpoints.read(store.files, name).state["epoch"]) for name in names(store, job)]


def interrupt(store, job, *, rhythm=EVERY_FOUR):
    """Let a first attempt die in its ninth epoch."""
    with store.database.write() as connection:
        attempt = jobs.claim(connection, job.id)
    [file] = map(store.files.path, store.files.names("data/datasets"))
    splits = read_splits(file)
    training = Interrupted(*splits["train"], classes=2, hyperparameters=Hyperparameters(**SMALL), test=splits["test"])
    with Wishes(attempt, store=store) as wishes, pytest.raises(PowerFails):
        train_with_checkpoints(training, attempt=attempt, store=store, wishes=wishes, rhythm=rhythm)


def assert_twins(store, one, other):
    first, second = (get_job(job.id, store=store) for job in (one, other))
    assert (first.status, second.status) == ("succeeded", "succeeded")
    assert get_history(one.id, store=store) == get_history(other.id, store=store)
    files = [store.files.path(store.files.model_file(job.model.name, job.model.version)) for job in (first, second)]
    networks = [parameter_file.read(file).model.network for file in files]
    for mine, theirs in zip(*(network.weights + network.biases for network in networks), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.fixture
def twin(store, start):
    job = start(model="twin", **SMALL)
    execute_training(job.id, store=store)
    return job


def test_it_goes_on_from_the_newest_checkpoint(store, start, twin, capsys):
    job = start(**SMALL)
    interrupt(store, job)
    assert epochs(store, job) == [8, 4]
    execute_training(job.id, store=store, rhythm=EVERY_FOUR)
    assert_twins(store, job, twin)
    assert get_job(job.id, store=store).attempt == 2
    assert "broken" not in capsys.readouterr().out


def test_a_broken_checkpoint_is_told_of_and_the_one_before_is_used(store, start, twin, capsys):
    job = start(**SMALL)
    interrupt(store, job)
    newest = names(store, job)[0]
    path = store.files.path(newest)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    execute_training(job.id, store=store, rhythm=EVERY_FOUR)
    assert_twins(store, job, twin)
    assert newest.rpartition("/")[2] in capsys.readouterr().out


def rewrite(name, store, **arrays):
    """Put a checkpoint of other arrays in the place of one, under its true digest."""
    with np.load(store.files.path(name)) as file:
        written = dict(file) | arrays
    store.files.remove(name)
    with store.files.temporary() as temporary:
        with temporary.open("xb") as file:
            np.savez(file, **written)
        store.files.publish(temporary, f"{name.rpartition('-')[0]}-{sha256_of(temporary)}.npz")


UNUSABLE = {
    "another version's": {"format": np.array(checkpoints.VERSION + 1)},
    "another shape": {"update/parameters/first": np.zeros((1, 9, 9))},
    "another first layer": {"first_layer": np.array(b"weight_space")},
    "another kind of value": {"epoch": np.array(["four", "eight"])},
}


@pytest.mark.parametrize("arrays", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("how_many", [1, 2])
def test_a_checkpoint_that_does_not_fit_is_told_of_and_the_one_before_is_used(store, start, twin, arrays, how_many):
    job = start(**SMALL)
    interrupt(store, job)
    for name in names(store, job)[:how_many]:
        rewrite(name, store, **arrays)
    execute_training(job.id, store=store, rhythm=EVERY_FOUR)
    assert_twins(store, job, twin)
    told = [event for event in get_events(job.id, store=store, after=0, limit=999).items if event.event == "warning"]
    codes = [event.data["code"] for event in told]
    assert codes[: 1 + how_many] == ["worker-died", *["broken-checkpoint"] * how_many]
    assert codes.count("broken-checkpoint") == how_many


def test_without_a_sound_checkpoint_it_begins_again(store, start, twin):
    job = start(**SMALL)
    interrupt(store, job)
    for name in names(store, job):
        store.files.path(name).write_bytes(b"")
    execute_training(job.id, store=store)
    assert_twins(store, job, twin)


def test_the_request_may_say_every_how_many_epochs(store, start, twin):
    job = start(checkpoint_every=3, **SMALL)
    assert job.checkpoint_every == 3
    interrupt(store, job, rhythm=Rhythm(seconds=3600))
    assert names(store, job) == []
    execute_training(job.id, store=store, rhythm=Rhythm(seconds=0))
    assert_twins(store, job, twin)


def test_a_job_that_is_over_leaves_no_checkpoint(store, twin):
    assert names(store, twin) == []


def test_an_old_attempt_cannot_write_a_checkpoint(store, start):
    job = start(**SMALL)
    with store.database.write() as connection:
        old = jobs.claim(connection, job.id)
        jobs.claim(connection, job.id)
    [file] = map(store.files.path, store.files.names("data/datasets"))
    training = Training(*read_splits(file)["train"], classes=2, hyperparameters=Hyperparameters(**SMALL))
    with Wishes(old, store=store) as wishes, pytest.raises(jobs.SupersededError):
        train_with_checkpoints(training, attempt=old, store=store, wishes=wishes, rhythm=Rhythm(seconds=0))
    assert names(store, job) == []


def test_what_a_cancelled_job_has_learned_can_be_kept(store, start, engine):
    job = start(model="kept", **SMALL)
    interrupt(store, job)
    cancel_job(job.id, keep=True, store=store, engine=engine)
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert (job.status, job.model.version, job.progress.epoch) == ("cancelled", 1, 8)
    version = get_version("kept", 1, store=store)
    assert (version.job_id, version.metrics, version.first_layer) == (job.id, job.metrics, job.first_layer)
    assert job.metrics["train"]["accuracy"] > 0
    assert names(store, job) == []


def test_a_paused_job_frees_its_worker_and_goes_on(store, start, engine, wait_for):
    long = {"hidden_layers": [4], "initializer": "he", "epochs": 20_000}
    job, twin = start(model="paused", **long), start(model="undisturbed", **long)
    thread = threading.Thread(target=execute_training, args=(job.id,), kwargs={"store": store})
    thread.start()
    wait_for(lambda: get_job(job.id, store=store).progress.epoch > 0)
    pause_job(job.id, store=store)
    thread.join()
    paused = get_job(job.id, store=store)
    assert paused.status == "paused"
    assert 0 < paused.progress.epoch < 20_000
    assert epochs(store, job)[0] == paused.progress.epoch
    execute_training(job.id, store=store)
    assert get_job(job.id, store=store).status == "paused"
    resume_job(job.id, store=store, engine=engine)
    execute_training(job.id, store=store)
    execute_training(twin.id, store=store)
    assert_twins(store, job, twin)


@pytest.mark.parametrize("first_layer", ["sample_space", "weight_space"])
def test_a_training_starts_from_the_parameters_of_a_version(store, start, first_layer):
    execute_training(start(model="first", **SMALL).id, store=store)
    [file] = map(store.files.path, store.files.names("data/datasets"))
    content = parameter_file.read(store.files.path("models/first/1.h5"))
    hyperparameters = Hyperparameters(**SMALL, first_layer=first_layer)
    training = Training(
        *read_splits(file)["train"], classes=2, hyperparameters=hyperparameters, initial=content.model.network
    )
    for mine, theirs in zip(training.network.weights, content.model.network.weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    for mine, theirs in zip(training.network.biases, content.model.network.biases, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_job_goes_on_with_what_a_version_had_learned(store, start):
    execute_training(start(model="first", **SMALL).id, store=store)
    job = start(model="second", init_from="first", **SMALL)
    execute_training(job.id, store=store)
    costs = get_history(job.id, store=store)["cost"]
    first = get_version("first", 1, store=store).metrics["train"]["cost"]
    assert costs[-1] < costs[0] < 2 * first


def test_after_its_seconds_a_job_ends_well(store, start):
    job = start(model="m", max_seconds=0.5, hidden_layers=[4], epochs=1_000_000)
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert (job.status, job.stopped_by, job.model.version) == ("succeeded", "max_seconds", 1)
    assert 0 < job.progress.epoch < 1_000_000
    assert job.metrics["train"]["accuracy"] > 0


def test_nothing_stops_a_job_that_came_to_its_last_epoch(store, twin):
    assert get_job(twin.id, store=store).stopped_by is None


def test_a_checkpoint_answers_for_its_epoch(store, start):
    job = start(model="m", **SMALL)
    served = ServedModels(store, capacity=1)
    with pytest.raises(ModelNotServable, match="no checkpoint"):
        served.find(f"job:{job.id}")
    with store.database.write() as connection:
        attempt = replace(jobs.claim(connection, job.id), wish="pause")
    [file] = map(store.files.path, store.files.names("data/datasets"))
    images = read_splits(file)["train"]
    training = Training(*images, classes=2, hyperparameters=Hyperparameters(**SMALL))
    wishes = Wishes(attempt, store=store)
    with pytest.raises(PausedError):
        train_with_checkpoints(training, attempt=attempt, store=store, wishes=wishes, rhythm=EVERY_FOUR)
    found = served.find(f"job:{job.id}")
    assert (found.reference.name, found.reference.epoch) == (f"job:{job.id}", training.epoch)
    np.testing.assert_array_equal(found.model.probabilities(images[0]), training.snapshot().probabilities(images[0]))
    assert found.version.classes == ["dark", "bright"]


def test_a_job_that_is_over_answers_as_its_version(store, twin):
    assert ServedModels(store, capacity=1).find(f"job:{twin.id}").reference.model_dump(exclude_unset=True) == {
        "name": "twin",
        "version": 1,
    }
