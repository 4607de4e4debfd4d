import pytest

from app.errors import JobNotFound, StateNotAllowed
from app.services.jobs import cancel_job, delete_job, get_history, get_job, list_jobs, thinned


def test_a_cancelled_job_can_be_looked_at_and_deleted(store, start):
    job = start()
    assert cancel_job(job.id, store=store) == get_job(job.id, store=store)
    assert get_history(job.id, store=store) == {"epoch": [], "cost": []}
    delete_job(job.id, store=store)
    assert list_jobs(store=store, limit=9, cursor=None).items == []


def test_states_are_respected(store, start):
    job = start()
    with pytest.raises(StateNotAllowed):
        delete_job(job.id, store=store)
    cancel_job(job.id, store=store)
    with pytest.raises(StateNotAllowed):
        cancel_job(job.id, store=store)


@pytest.mark.parametrize("look", [get_job, get_history, cancel_job, delete_job])
def test_what_is_not_there_is_not_found(store, look):
    with pytest.raises(JobNotFound):
        look("x", store=store)


def test_a_thinned_history_keeps_its_ends_and_its_peaks():
    costs = [1.0] * 1000
    costs[501], costs[777], costs[300] = 9.0, 0.1, None
    kept = thinned(costs, max_points=20)
    assert len(kept) <= 20
    assert {0, 300, 501, 777, 999} <= set(kept)
    assert kept == sorted(kept)


@pytest.mark.parametrize("max_points", [2, 3, 4, 5, 19])
def test_a_thinned_history_is_never_longer_than_asked(max_points):
    kept = thinned([float(value % 7) for value in range(20)], max_points=max_points)
    assert len(kept) <= max_points
    assert (kept[0], kept[-1]) == (0, 19)
