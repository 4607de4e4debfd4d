import functools

import pytest

from app.errors import InvalidRequest, JobNotFound, StateNotAllowed
from app.schemas.jobs import Job
from app.storage import jobs
from app.storage.jobs import MAX_DEATHS, Attempt, SupersededError

FAR = {"epoch": 5, "seconds_left": 1.5, "first_layer": "weight_space"}


def get(store, job: Job) -> Job:
    with store.database.read() as connection:
        return jobs.get(connection, job.id)


def claim(store, job: Job) -> Attempt:
    with store.database.write() as connection:
        attempt = jobs.claim(connection, job.id)
    assert attempt is not None
    return attempt


def test_a_job_comes_back_as_it_was_stored(store, start):
    job = start(model="m", epochs=7)
    assert get(store, job) == job
    assert (job.status, job.progress.epochs, job.model.name) == ("queued", 7, "m")


def test_the_newest_jobs_come_first_and_pages_join(store, start):
    ids = [start(model=f"m{number}").id for number in range(5)]
    with store.database.read() as connection:
        first = jobs.page(connection, limit=3, cursor=None)
        second = jobs.page(connection, limit=3, cursor=first.next)
    assert [job.id for job in first.items + second.items] == ids[::-1]
    assert second.next is None


def test_filters_narrow_a_list(store, start):
    wanted, other = start(model="a"), start(model="b")
    claim(store, other)
    with store.database.read() as connection:
        for filters in ({"model": "a"}, {"status": "queued"}, {"model": "a", "dataset": "shades"}):
            assert [job.id for job in jobs.page(connection, limit=9, cursor=None, **filters).items] == [wanted.id]
        assert jobs.page(connection, limit=9, cursor=None, dataset="cats").items == []


@pytest.mark.parametrize("cursor", ["x", "-1", "1" * 30, "²"])
def test_a_cursor_that_no_page_gave_is_refused(store, cursor):
    with store.database.read() as connection, pytest.raises(InvalidRequest) as raised:
        jobs.page(connection, limit=1, cursor=cursor)
    assert raised.value.errors[0].pointer == "/query/cursor"


def test_a_claim_begins_an_attempt(store, start):
    job = start()
    attempt = claim(store, job)
    assert (attempt.job.status, attempt.job.attempt, attempt.deaths, attempt.wish) == ("running", 1, 0, None)
    assert attempt.job.started_at is not None


def test_a_claim_of_a_job_in_training_counts_a_death_but_keeps_its_start(store, start):
    job = start()
    first = claim(store, job)
    second = claim(store, job)
    assert (second.job.attempt, second.deaths) == (2, 1)
    assert second.job.started_at == first.job.started_at


def test_the_claim_that_finds_too_many_deaths_is_no_attempt(store, start):
    job = start()
    for _ in range(MAX_DEATHS):
        attempt = claim(store, job)
    assert (attempt.job.attempt, attempt.deaths) == (MAX_DEATHS, MAX_DEATHS - 1)
    last = claim(store, job)
    assert (last.job.attempt, last.deaths) == (MAX_DEATHS, MAX_DEATHS)


def test_nobody_is_blamed_when_the_service_itself_ended(store, start):
    job = start()
    claim(store, job)
    with store.database.write() as connection:
        jobs.requeue(connection)
    assert get(store, job).status == "queued"
    assert claim(store, job).deaths == 0


def test_progress_is_recorded_and_wishes_are_heard(store, start):
    job = start()
    attempt = claim(store, job)
    with store.database.write() as connection:
        jobs.advance(connection, attempt, **FAR)
        assert jobs.wish_of(connection, attempt) is None
        assert jobs.cancel(connection, job.id).status == "running"
        assert jobs.wish_of(connection, attempt) == "cancel"
    assert get(store, job).progress.epoch == 5
    assert get(store, job).first_layer == "weight_space"


def ends():
    return [
        lambda connection, attempt: jobs.advance(connection, attempt, **FAR),
        lambda connection, attempt: jobs.succeed(
            connection, attempt, version=1, metrics={}, first_layer="weight_space"
        ),
        lambda connection, attempt: jobs.fail(connection, attempt, error={"code": "diverged"}),
        jobs.end_cancelled,
        jobs.end_paused,
        functools.partial(jobs.note_checkpoint, size=1),
        jobs.check,
    ]


@pytest.mark.parametrize("write", ends())
def test_an_old_attempt_writes_nothing(store, start, write):
    job = start()
    old = claim(store, job)
    claim(store, job)
    before = get(store, job)
    with pytest.raises(SupersededError), store.database.write() as connection:
        write(connection, old)
    assert get(store, job) == before


@pytest.mark.parametrize("write", ends())
def test_a_final_state_is_final(store, start, write):
    job = start()
    attempt = claim(store, job)
    with store.database.write() as connection:
        jobs.end_cancelled(connection, attempt)
    with pytest.raises(SupersededError), store.database.write() as connection:
        write(connection, attempt)
    with store.database.write() as connection:
        assert jobs.claim(connection, job.id) is None
        with pytest.raises(StateNotAllowed, match="cancelled"):
            jobs.cancel(connection, job.id)
    assert get(store, job).status == "cancelled"


def test_a_waiting_job_is_cancelled_at_once(store, start):
    job = start()
    with store.database.write() as connection:
        cancelled = jobs.cancel(connection, job.id)
    assert cancelled.status == "cancelled"
    assert cancelled.finished_at is not None


def test_unfinished_jobs_are_those_that_wait_or_train(store, start):
    ended, training, waiting = start(), start(), start()
    claim(store, training)
    with store.database.write() as connection:
        jobs.cancel(connection, ended.id)
        assert [job.id for job in jobs.unfinished(connection)] == [training.id, waiting.id]
        assert jobs.count_queued(connection) == 1


def test_a_job_is_deleted_only_after_its_end(store, start):
    job = start()
    with store.database.write() as connection, pytest.raises(StateNotAllowed, match="queued"):
        jobs.delete(connection, job.id)
    with store.database.write() as connection:
        jobs.cancel(connection, job.id)
        jobs.delete(connection, job.id)
    with pytest.raises(JobNotFound):
        get(store, job)


def test_what_is_not_there_is_not_found(store):
    with store.database.write() as connection:
        assert jobs.claim(connection, "x") is None
        for statement in (jobs.get, jobs.cancel, jobs.pause, jobs.resume, jobs.delete):
            with pytest.raises(JobNotFound, match="'x'"):
                statement(connection, "x")


def change(store, statement, job: Job, **options) -> Job:
    with store.database.write() as connection:
        return statement(connection, job.id, **options)


def test_a_waiting_job_is_paused_at_once_and_queued_again(store, start):
    job = start()
    assert change(store, jobs.pause, job).status == "paused"
    with store.database.write() as connection:
        assert jobs.claim(connection, job.id) is None
        assert jobs.unfinished(connection) == []
    resumed = change(store, jobs.resume, job)
    assert (resumed.status, resumed.resumed) == ("queued", 1)
    with store.database.write() as connection:
        assert jobs.claim(connection, job.id, resumed=0) is None
        assert jobs.claim(connection, job.id, resumed=1).job.attempt == 1


def test_a_training_job_is_paused_by_its_worker(store, start):
    job = start()
    attempt = claim(store, job)
    assert change(store, jobs.pause, job).status == "running"
    assert change(store, jobs.pause, job).status == "running"
    with store.database.write() as connection:
        assert jobs.wish_of(connection, attempt) == "pause"
        jobs.end_paused(connection, attempt)
        assert jobs.wish_of(connection, attempt) == jobs.SUPERSEDED
    assert get(store, job).status == "paused"


def test_a_wish_to_pause_can_be_taken_back_before_it_is_heard(store, start):
    job = start()
    attempt = claim(store, job)
    change(store, jobs.pause, job)
    assert change(store, jobs.resume, job).resumed == 0
    with store.database.read() as connection:
        assert jobs.wish_of(connection, attempt) is None


def test_a_cancelled_job_is_not_paused_meanwhile(store, start):
    job = start()
    claim(store, job)
    change(store, jobs.cancel, job)
    for statement in (jobs.pause, jobs.resume):
        with pytest.raises(StateNotAllowed, match="running"):
            change(store, statement, job)


def test_a_paused_job_is_cancelled_at_once(store, start):
    job = start()
    change(store, jobs.pause, job)
    assert change(store, jobs.cancel, job).status == "cancelled"


@pytest.mark.parametrize("begun", [False, True])
def test_keeping_what_was_learned_takes_a_worker_unless_there_is_nothing(store, start, begun):
    job = start()
    if begun:
        with store.database.write() as connection:
            jobs.end_paused(connection, jobs.claim(connection, job.id))
    else:
        change(store, jobs.pause, job)
    cancelled = change(store, jobs.cancel, job, keep=True)
    assert (cancelled.status, cancelled.resumed) == (("queued", 1) if begun else ("cancelled", 0))
    if begun:
        assert claim(store, job).wish == "keep"
        with pytest.raises(StateNotAllowed, match="cancelled"):
            change(store, jobs.pause, job)


def test_a_checkpoint_makes_earlier_deaths_forgotten(store, start):
    job = start()
    for _ in range(MAX_DEATHS):
        attempt = claim(store, job)
    with store.database.write() as connection:
        jobs.note_checkpoint(connection, attempt, size=1)
    assert claim(store, job).deaths == 1


@pytest.mark.parametrize("statement", [jobs.pause, jobs.resume])
def test_what_has_ended_is_neither_paused_nor_resumed(store, start, statement):
    job = start()
    change(store, jobs.cancel, job)
    with pytest.raises(StateNotAllowed, match="cancelled"):
        change(store, statement, job)
    assert get(store, job).status == "cancelled"
