import pytest

from app.errors import JobNotFound, StateNotAllowed
from app.services.jobs import (
    cancel_job,
    delete_job,
    get_history,
    get_job,
    list_jobs,
    pause_job,
    resume_job,
    thinned,
)
from app.storage import checkpoints


def test_a_cancelled_job_can_be_looked_at_and_deleted(store, start, engine):
    job = start()
    assert cancel_job(job.id, store=store, engine=engine) == get_job(job.id, store=store)
    assert get_history(job.id, store=store) == {"epoch": [], "cost": []}
    delete_job(job.id, store=store)
    assert list_jobs(store=store, limit=9, cursor=None).items == []


def test_states_are_respected(store, start, engine):
    job = start()
    with pytest.raises(StateNotAllowed):
        delete_job(job.id, store=store)
    cancel_job(job.id, store=store, engine=engine)
    with pytest.raises(StateNotAllowed):
        cancel_job(job.id, store=store, engine=engine)


@pytest.mark.parametrize("look", [get_job, get_history, pause_job, delete_job])
def test_what_is_not_there_is_not_found(store, look):
    with pytest.raises(JobNotFound):
        look("x", store=store)


def test_a_paused_job_is_handed_on_again_when_it_is_resumed(store, start, engine):
    job = start()
    assert pause_job(job.id, store=store).status == "paused"
    engine.close()
    assert resume_job(job.id, store=store, engine=engine).status == "queued"
    assert engine.submitted == [job.id]


@pytest.mark.parametrize("act", [cancel_job, delete_job])
def test_a_job_that_is_over_has_no_checkpoints(store, start, engine, act):
    job = start()
    with store.files.temporary() as path:
        path.write_bytes(b"a state")
        store.files.publish(path, f"data/checkpoints/{job.id}/000001-000001-0.npz")
    if act is delete_job:
        cancel_job(job.id, store=store, engine=engine)
    act(job.id, store=store, **({"engine": engine} if act is cancel_job else {}))
    assert checkpoints.job_ids(store.files) == []


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
