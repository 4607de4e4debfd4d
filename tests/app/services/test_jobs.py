import pytest

from app.errors import JobNotFound, StateNotAllowed
from app.services.jobs import cancel_job, delete_job, get_history, get_job, list_jobs


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
