from app.services.jobs import cancel_job, get_job
from app.services.recover_jobs import clear_checkpoints, release_jobs, unfinished_jobs
from app.storage import checkpoints, jobs


def test_every_unfinished_job_goes_on(store, start, engine):
    waiting, training, ended = start(), start(), start()
    cancel_job(ended.id, store=store, engine=engine)
    with store.database.write() as connection:
        jobs.claim(connection, training.id)
    release_jobs(store=store)
    assert [job.id for job in unfinished_jobs(store=store, forgiven=False)] == [waiting.id, training.id]
    assert get_job(training.id, store=store).status == "queued"
    assert get_job(ended.id, store=store).status == "cancelled"


def test_deaths_do_not_count_where_more_than_a_worker_was_lost(store, start):
    job = start()

    def deaths() -> int:
        with store.database.write() as connection:
            return jobs.claim(connection, job.id).deaths

    assert [deaths(), deaths(), deaths()] == [0, 1, 2]
    unfinished_jobs(store=store, forgiven=True)
    assert deaths() == 1
    unfinished_jobs(store=store, forgiven=False)
    assert deaths() == 2


def test_checkpoints_of_jobs_that_are_over_are_cleared_away(store, start, engine):
    ended, waiting = start(), start()
    cancel_job(ended.id, store=store, engine=engine)
    for job in (ended, waiting):
        with store.files.temporary() as path:
            path.write_bytes(b"a state")
            store.files.publish(path, f"data/checkpoints/{job.id}/000001-000001-0.npz")
    clear_checkpoints(store=store)
    assert checkpoints.job_ids(store.files) == [waiting.id]
