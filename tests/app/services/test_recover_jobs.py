from app.services.jobs import cancel_job, get_job
from app.services.recover_jobs import recover_jobs, release_jobs
from app.storage import jobs


def test_every_unfinished_job_is_submitted_again(store, start, engine):
    waiting, training, ended = start(), start(), start()
    cancel_job(ended.id, store=store, engine=engine)
    with store.database.write() as connection:
        jobs.claim(connection, training.id)
    engine.close()
    release_jobs(store=store)
    recover_jobs(store=store, engine=engine)
    assert engine.submitted == [waiting.id, training.id]
    assert get_job(training.id, store=store).status == "queued"
    assert get_job(ended.id, store=store).status == "cancelled"
