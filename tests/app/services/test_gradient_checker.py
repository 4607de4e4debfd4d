import pytest

from app.errors import InvalidRequest
from app.schemas.training import TrainRequest
from app.services.checkpoint_keeper import Rhythm
from app.services.execute_training import execute_training
from app.services.jobs import get_job
from app.services.start_training import start_training
from app.services.train_with_checkpoints import train_with_checkpoints
from app.services.wishes import Wishes
from app.storage import events, jobs
from app.storage.dataset_file import read_splits
from nncore import Hyperparameters, Training, parameter_file

SMALL = {"hidden_layers": [4], "initializer": "he", "epochs": 12, "batch_size": 3, "dropout": 0.2}


class PowerFails(Exception):
    pass


class Interrupted(Training):
    """A training that is cut off in its ninth epoch, as by the death of its process."""

    def __iter__(self):
        for turn, _ in enumerate(super().__iter__(), start=1):
            yield
            if turn == 25:
                raise PowerFails


def bits(store, job):
    network = parameter_file.read(store.files.path(f"models/{job.model.name}/1.h5")).model.network
    return [array.tobytes() for array in network.weights + network.biases]


def told(store, job):
    with store.database.read() as connection:
        log = events.after(connection, job.id, 0, limit=1000)
    return [{name: event.data[name] for name in event.data if name != "at"} for event in log if "kinks" in event.data]


def test_gradients_are_checked_and_the_bits_are_those_without(store, start):
    checked, plain = start(model="checked", check_gradients_every=4, **SMALL), start(model="plain", **SMALL)
    for job in (checked, plain):
        execute_training(job.id, store=store)
    checks = get_job(checked.id, store=store).gradient_checks

    assert [check["epoch"] for check in checks] == [4, 8, 12]
    for check in checks:
        assert set(check) == {"epoch", "difference", "worst", "kinks", "parameters"}
        assert check["difference"] < 1e-5
        assert check["parameters"] == 64 * 64 * 3 * 4 + 4 + 4 + 1
    assert told(store, checked) == checks
    assert get_job(plain.id, store=store).gradient_checks == []
    assert bits(store, checked) == bits(store, plain)


@pytest.mark.parametrize("checkpoints_every", [4, None])
@pytest.mark.parametrize("every", [1, 4])
def test_after_an_interruption_no_epoch_is_missing_and_none_is_there_twice(store, start, every, checkpoints_every):
    job = start(model="m", check_gradients_every=every, **SMALL)
    with store.database.write() as connection:
        attempt = jobs.claim(connection, job.id)
    [file] = map(store.files.path, store.files.names("data/datasets"))
    splits = read_splits(file)
    training = Interrupted(*splits["train"], classes=2, hyperparameters=Hyperparameters(**SMALL), test=splits["test"])
    rhythm = Rhythm(seconds=3600, epochs=checkpoints_every)
    with Wishes(attempt, store=store) as wishes, pytest.raises(PowerFails):
        train_with_checkpoints(training, attempt=attempt, store=store, wishes=wishes, rhythm=rhythm)
    epochs = [check["epoch"] for check in get_job(job.id, store=store).gradient_checks]
    assert epochs == list(range(every, 9, every))
    execute_training(job.id, store=store)

    ended = get_job(job.id, store=store)
    assert (ended.status, ended.attempt) == ("succeeded", 2)
    assert [check["epoch"] for check in ended.gradient_checks] == list(range(every, 13, every))
    assert told(store, job) == ended.gradient_checks


@pytest.mark.parametrize(
    ("pointer", "body"),
    [("/members", {"members": 2}), ("/check_gradients_every", {"hyperparameters": {"epochs": 101}})],
)
@pytest.mark.usefixtures("dataset")
def test_what_cannot_be_checked_is_refused(store, engine, settings, pointer, body):
    request = TrainRequest(dataset="shades", model="m", check_gradients_every=1, **body)
    with pytest.raises(InvalidRequest) as raised:
        start_training(request, store=store, engine=engine, settings=settings)
    assert [fault.pointer for fault in raised.value.errors] == [pointer]
    assert engine.submitted == []
