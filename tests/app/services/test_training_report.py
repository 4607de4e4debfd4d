import itertools

import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.services.jobs import get_history, get_job
from app.services.training_report import SHARE, TrainingReport
from app.storage import history, jobs
from app.storage.jobs import SupersededError
from nncore import Training
from nncore.hyperparameters import Hyperparameters


@pytest.fixture
def job(start):
    return start(epochs=10)


@pytest.fixture
def attempt(store, job):
    with store.database.write() as connection:
        return jobs.claim(connection, job.id)


@pytest.fixture
def training():
    images = np.zeros((4, 12), np.uint8)
    return Training(images, np.array([0, 1, 0, 1]), classes=2, hyperparameters=Hyperparameters(epochs=10))


def test_each_epoch_is_written_once(store, job, attempt, training):
    report = TrainingReport(training, store=store, attempt=attempt)
    steps = iter(training)
    for _ in range(3):
        next(steps)
        next(steps)
        report.write()
    assert get_job(job.id, store=store).progress.epoch == training.epoch == 6
    assert get_history(job.id, store=store)["epoch"] == [1, 2, 3, 4, 5, 6]
    assert get_job(job.id, store=store).first_layer == training.first_layer


def test_time_left_is_told_from_the_first_epoch_on(store, job, attempt, training):
    report = TrainingReport(training, store=store, attempt=attempt)
    report.write()
    assert get_job(job.id, store=store).progress.seconds_left is None
    next(iter(training))
    report.write()
    assert get_job(job.id, store=store).progress.seconds_left > 0


def test_it_looks_at_the_clock_and_not_always_at_the_database(store, job, attempt, training):
    times = itertools.chain([0.0, 0.0, 0.0, 0.2], itertools.repeat(0.3))
    report = TrainingReport(training, store=store, attempt=attempt, clock=times.__next__)
    report.look()
    next(iter(training))
    report.look()
    assert get_job(job.id, store=store).progress.epoch == 0
    report.look()
    assert get_job(job.id, store=store).progress.epoch == 1


def test_where_a_disk_is_slow_it_writes_less_often(store, job, attempt, training):
    now = 0.0

    @event.listens_for(store.database.engine, "commit")
    def take_a_second(_connection):
        nonlocal now
        now += 1

    report = TrainingReport(training, store=store, attempt=attempt, clock=lambda: now)
    report.look()
    next(iter(training))
    now = 0.9 / SHARE
    report.look()
    assert get_job(job.id, store=store).progress.epoch == 0
    now = 1 / SHARE
    report.look()
    assert get_job(job.id, store=store).progress.epoch == 1


def test_a_new_attempt_forgets_what_comes_after_its_checkpoint(store, job, attempt, training):
    report = TrainingReport(training, store=store, attempt=attempt)
    with store.database.write() as connection:
        history.insert(connection, job.id, columns={"epoch": [1, 2, 3], "cost": [9.0, 9.0, 9.0]})
    next(iter(training))
    report.begin()
    assert get_history(job.id, store=store)["epoch"] == [1]
    next(iter(training))
    report.write()
    assert get_history(job.id, store=store)["epoch"] == [1, 2]


def test_an_old_attempt_is_told_to_stop(store, job, attempt, training):
    report = TrainingReport(training, store=store, attempt=attempt)
    with store.database.write() as connection:
        jobs.claim(connection, job.id)
    with pytest.raises(SupersededError):
        report.write()
    assert get_history(job.id, store=store)["epoch"] == []


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_an_epoch_whose_commit_was_not_confirmed_is_not_written_twice(store, job, attempt, training):
    report = TrainingReport(training, store=store, attempt=attempt)
    report.begin()
    next(iter(training))

    @event.listens_for(store.database.engine, "commit", once=True)
    def lose(connection):
        connection.connection.dbapi_connection.commit()
        raise OperationalError("COMMIT", None, Exception("the server was lost"))

    with pytest.raises(OperationalError):
        report.write()
    assert get_history(job.id, store=store)["epoch"] == [1]
    next(iter(training))
    report.write()
    assert get_history(job.id, store=store)["epoch"] == [1, 2]
