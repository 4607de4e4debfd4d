import numpy as np
import pytest

from app.storage import job_parts, jobs
from app.storage.jobs import SupersededError


@pytest.fixture
def job(store, start):
    """A job in two parts."""
    whole = start(epochs=10)
    with store.database.write() as connection:
        return jobs.insert(connection, job=whole.model_copy(update={"id": "divided", "parts": 2}))


def test_the_first_part_begins_the_job_and_another_one_goes_on_with_it(store, job):
    with store.database.write() as connection:
        one = job_parts.claim(connection, job.id, 1)
        assert jobs.get(connection, job.id).status == "running"
        other = job_parts.claim(connection, job.id, 2)
    assert [(each.job.attempt, each.number, each.deaths) for each in (one, other)] == [(1, 1, 0), (1, 1, 0)]


def test_the_job_is_as_far_as_its_parts_and_takes_as_long_as_the_slowest(store, job):
    with store.database.write() as connection:
        one, other = (job_parts.claim(connection, job.id, number) for number in (1, 2))
        told = job_parts.advance(connection, one, done=0.5, seconds_left=3.0)
        assert (told.done, told.seconds_left) == (0.25, None)
        told = job_parts.advance(connection, other, done=0.75, seconds_left=1.0)
        assert (told.done, told.seconds_left) == (0.625, 3.0)
        job_parts.finish(connection, one)
        told = job_parts.advance(connection, other, done=0.75, seconds_left=1.0)
    assert (told.done, told.seconds_left) == (0.625, 1.0)  # it may have stopped early


def test_a_part_that_is_finished_is_not_begun_again_and_the_job_itself_after_all_of_them(store, job):
    with store.database.write() as connection:
        for number in (1, 2):
            assert jobs.claim(connection, job.id) is None
            job_parts.finish(connection, job_parts.claim(connection, job.id, number))
            assert job_parts.claim(connection, job.id, number) is None
        whole = jobs.claim(connection, job.id)
        assert (whole.job.attempt, whole.deaths, whole.died) == (1, 0, [])
        again = jobs.claim(connection, job.id)
    assert (again.job.attempt, again.deaths, again.died) == (2, 1, [{}])


def test_a_death_counts_against_its_part_until_the_next_checkpoint(store, job):
    with store.database.write() as connection:
        other = job_parts.claim(connection, job.id, 2)
        old, new = (job_parts.claim(connection, job.id, 1) for _ in range(2))
        assert (new.deaths, new.number, new.died, new.job.attempt) == (1, 2, [{}], 2)
        job_parts.note_checkpoint(connection, new, size=1000)
        job_parts.note_checkpoint(connection, other, size=500)
        assert job_parts.claim(connection, job.id, 1).deaths == 1
        with pytest.raises(SupersededError):
            job_parts.note_checkpoint(connection, old, size=1)


def test_what_lanes_are_worth_is_known_to_all_parts(store, job):
    states = [{"cost": np.array([[number, np.nan, np.inf]])} for number in (1.0, 2.0)]
    with store.database.write() as connection:
        one, other = (job_parts.claim(connection, job.id, number) for number in (1, 2))
        assert len(job_parts.note_standing(connection, one, standing=states[0])) == 1
        known = job_parts.note_standing(connection, other, standing=states[1])
    for state, told in zip(states, known, strict=True):
        np.testing.assert_array_equal(state["cost"], told["cost"])


def test_after_a_pause_a_part_that_still_ends_cannot_disturb_the_next_turn(store, job):
    with store.database.write() as connection:
        slow, quick = (job_parts.claim(connection, job.id, number) for number in (1, 2))
        jobs.pause(connection, job.id)
        jobs.end_paused(connection, quick)
        assert jobs.wish_of(connection, slow) == "pause"
        job_parts.advance(connection, slow, done=0.5, seconds_left=None)
        assert jobs.resume(connection, job.id).resumed == 1
        assert job_parts.claim(connection, job.id, 1, resumed=0) is None
        again = job_parts.claim(connection, job.id, 1, resumed=1)
        assert (again.deaths, again.number) == (0, 2)
        assert jobs.wish_of(connection, slow) == jobs.SUPERSEDED
        with pytest.raises(SupersededError):
            job_parts.advance(connection, slow, done=0.5, seconds_left=None)
        with pytest.raises(SupersededError):
            jobs.end_paused(connection, slow)


def test_after_a_start_of_the_service_nobody_is_blamed(store, job):
    with store.database.write() as connection:
        job_parts.claim(connection, job.id, 1)
        jobs.requeue(connection)
        again = job_parts.claim(connection, job.id, 1)
    assert (again.deaths, again.number, again.job.attempt) == (0, 2, 2)


def test_parts_go_with_their_job(store, job):
    with store.database.write() as connection:
        jobs.cancel(connection, job.id)
        jobs.delete(connection, job.id)
        assert connection.execute(job_parts.job_parts.select()).all() == []
