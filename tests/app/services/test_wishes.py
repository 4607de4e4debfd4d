import pytest

from app.services.jobs import cancel_job, get_job, pause_job
from app.services.wishes import CancelledError, KeptError, PausedError, Wishes
from app.storage import jobs
from app.storage.jobs import SupersededError


@pytest.fixture
def job(start):
    return start()


@pytest.fixture
def attempt(store, job):
    with store.database.write() as connection:
        return jobs.claim(connection, job.id)


def test_without_a_wish_nothing_happens(store, attempt):
    with Wishes(attempt, store=store) as wishes:
        wishes.wait(0.5)


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (lambda job, store, engine: cancel_job(job.id, store=store, engine=engine), CancelledError),
        (lambda job, store, engine: cancel_job(job.id, keep=True, store=store, engine=engine), KeptError),
        (lambda job, store, engine: pause_job(job.id, store=store), PausedError),
    ],
)
def test_a_wish_reaches_who_looks(store, engine, attempt, wish, error):
    with Wishes(attempt, store=store) as wishes:
        wish(attempt.job, store, engine)
        with pytest.raises(error):
            wishes.wait(60)
        wishes._over.wait(1)
    assert get_job(attempt.job.id, store=store).status == "running"  # who looked is the one to say how it ended


def test_an_old_attempt_hears_that_it_is_one(store, job, attempt):
    with Wishes(attempt, store=store) as wishes:
        with store.database.write() as connection:
            jobs.claim(connection, job.id)
        with pytest.raises(SupersededError):
            wishes.wait(60)
