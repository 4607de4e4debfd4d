import asyncio

import pytest

from app.services.jobs import cancel_job, get_job, pause_job, resume_job
from app.services.unheard_wishes import fulfil_unheard
from app.storage import jobs
from app.storage.jobs import SupersededError


@pytest.fixture
def job(start):
    return start()


@pytest.fixture
def attempt(store, job):
    with store.database.write() as connection:
        return jobs.claim(connection, job.id)


def fulfilled(job, *, store):
    asyncio.run(fulfil_unheard(job, store=store))
    return get_job(job.id, store=store)


def wish_of(attempt, *, store):
    with store.database.read() as connection:
        return jobs.wish_of(connection, attempt)


def test_where_nobody_looks_the_job_is_paused_all_the_same(store, engine, attempt):
    job = fulfilled(pause_job(attempt.job.id, store=store), store=store)
    assert job.status == "paused"
    assert wish_of(attempt, store=store) == jobs.SUPERSEDED
    with store.database.write() as connection, pytest.raises(SupersededError):
        jobs.check(connection, attempt)
    assert resume_job(job.id, store=store, engine=engine).status == "queued"


def test_where_nobody_looks_the_job_is_cancelled_all_the_same(store, engine, attempt):
    job = fulfilled(cancel_job(attempt.job.id, store=store, engine=engine), store=store)
    assert job.status == "cancelled"
    assert job.finished_at is not None
    assert wish_of(attempt, store=store) == jobs.SUPERSEDED


def test_what_is_to_be_kept_needs_the_worker(store, engine, attempt):
    job = fulfilled(cancel_job(attempt.job.id, keep=True, store=store, engine=engine), store=store)
    assert (job.status, wish_of(attempt, store=store)) == ("running", "keep")


def test_a_wish_that_was_taken_back_or_fulfilled_stays_so(store, engine, attempt):
    asked = pause_job(attempt.job.id, store=store)
    resume_job(attempt.job.id, store=store, engine=engine)
    assert fulfilled(asked, store=store).status == "running"
    cancel_job(attempt.job.id, store=store, engine=engine)
    with store.database.write() as connection:
        jobs.end_cancelled(connection, attempt)
    assert fulfilled(asked, store=store).status == "cancelled"


def test_a_newer_attempt_hears_the_wish_by_itself(store, attempt):
    asked = pause_job(attempt.job.id, store=store)
    with store.database.write() as connection:
        newer = jobs.claim(connection, attempt.job.id)
    assert fulfilled(asked, store=store).status == "running"
    assert newer.wish == "pause"
