import functools
import os
import re
import signal

import pytest

from app.jobs.engine import DaskEngine
from app.schemas.jobs import Job
from app.schemas.tuning import TuneRequest
from app.services import division
from app.services.jobs import cancel_job, get_history, get_job
from app.services.recover_jobs import unfinished_jobs
from app.services.start_tuning import start_tuning
from app.settings import Settings
from tests.conftest import free_port
from tests.programs import dask_scheduler, dask_worker


@pytest.fixture
def running(settings, store):
    engine = DaskEngine(settings, unfinished=functools.partial(unfinished_jobs, store=store))
    yield engine
    engine.close()


def worker(engine: DaskEngine) -> int:
    [nanny] = engine._cluster.workers.values()
    return nanny.pid


def epoch(store, job: Job) -> int:
    return get_job(job.id, store=store).progress.epoch


def test_the_life_of_a_job_whose_worker_dies(running, store, start, wait_for):
    job = start(epochs=1_000_000)
    running.submit(job.id)  # before the engine is there
    for attempt in (1, 2, 3):
        wait_for(lambda number=attempt: get_job(job.id, store=store).attempt == number and epoch(store, job) > 0)
        os.kill(worker(running), signal.SIGKILL)
    wait_for(lambda: get_job(job.id, store=store).status == "failed")
    error = get_job(job.id, store=store).error
    assert error.code == "worker-died"
    assert re.search(r"killed by SIGKILL; when last seen it had \d+ MiB of 4096 MiB; the last epoch", error.detail)
    assert running.ready() is None
    after = start(epochs=3)
    running.submit(after.id)
    running.submit(after.id)
    wait_for(lambda: get_job(after.id, store=store).status == "succeeded")
    assert get_history(after.id, store=store)["epoch"] == [1, 2, 3]


def test_a_stop_leaves_the_job_for_the_next_start(settings, store, start, wait_for):
    engine = DaskEngine(settings, unfinished=functools.partial(unfinished_jobs, store=store))
    job = start(epochs=1_000_000)
    wait_for(lambda: epoch(store, job) > 0)  # nobody has submitted it, but its row is there
    pid = worker(engine)
    engine.close()
    assert get_job(job.id, store=store).status == "running"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_scheduler_elsewhere_executes_jobs(running, settings, store, start, wait_for):
    elsewhere = DaskEngine(settings.model_copy(update={"scheduler": running.address()}))
    wait_for(lambda: elsewhere.ready() is None)
    job = start(epochs=2)
    elsewhere.submit(job.id)
    wait_for(lambda: get_job(job.id, store=store).status == "succeeded")
    assert elsewhere.workers() == 1
    elsewhere.close()
    assert running.ready() is None


def test_a_scheduler_that_is_not_there_is_waited_for_until_the_stop(tmp_path):
    engine = DaskEngine(Settings(home=tmp_path, scheduler="tcp://127.0.0.1:1"))
    engine.submit("a job")
    assert engine.ready() == "the training processes are starting"
    engine.close()


def test_of_the_jobs_that_wait_those_of_higher_priority_are_first(running, store, start, wait_for):
    wait_for(lambda: running.ready() is None)
    assert_in_order(running, store, start, wait_for)


@pytest.mark.long
def test_priority_counts_on_a_scheduler_elsewhere_too(running, settings, store, start, wait_for):
    elsewhere = DaskEngine(settings.model_copy(update={"scheduler": running.address()}))
    wait_for(lambda: elsewhere.ready() is None)
    assert_in_order(elsewhere, store, start, wait_for)
    elsewhere.close()


def assert_in_order(engine, store, start, wait_for):
    blocking, low, high = start(epochs=1_000_000), start(epochs=2, priority=-1), start(epochs=2, priority=1)
    engine.submit(blocking.id)
    wait_for(lambda: epoch(store, blocking) > 0)
    for job in (low, high):
        engine.submit(job.id, priority=job.priority)
    cancel_job(blocking.id, store=store, engine=engine)
    wait_for(lambda: get_job(low.id, store=store).status == "succeeded")
    assert get_job(high.id, store=store).finished_at < get_job(low.id, store=store).started_at


@pytest.mark.long
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_scheduler_that_was_killed_is_found_again(settings, store, start, wait_for, tmp_path):
    port = free_port()
    unfinished = functools.partial(unfinished_jobs, store=store)
    with dask_scheduler(port, folder=tmp_path) as scheduler, dask_worker(port, folder=tmp_path):
        engine = DaskEngine(settings.model_copy(update={"scheduler": f"tcp://127.0.0.1:{port}"}), unfinished=unfinished)
        training = start(epochs=1_000_000)
        wait_for(lambda: epoch(store, training) > 0)
        scheduler.kill()
        wait_for(lambda: engine.ready() is not None)
        wait_for(lambda: "is called again; the last try ended with" in str(engine.ready()))
        waiting = start(epochs=2)
        engine.submit(waiting.id)
        scheduler.start()
        with dask_worker(port, folder=tmp_path):
            wait_for(lambda: get_job(training.id, store=store).attempt == 2)
            wait_for(lambda: epoch(store, training) > 0)
            cancel_job(training.id, store=store, engine=engine)
            wait_for(lambda: get_job(waiting.id, store=store).status == "succeeded")
        assert engine.ready() is None
        assert get_history(waiting.id, store=store)["epoch"] == [1, 2]
        engine.close()


@pytest.fixture
def search(settings, store, engine, dataset, monkeypatch):
    """A search in three parts."""
    monkeypatch.setattr(division, "SECONDS_OF_A_PART", 1e-9)
    engine.number_of_workers = 3
    wanted = {"folds": 2, "search": {"learning_rate": [0.01, 0.02]}, "hyperparameters": {"epochs": 5}}
    request = TuneRequest(dataset=dataset.name, model="m", **wanted)
    return start_tuning(request, store=store, engine=engine, settings=settings)


def test_a_worker_alone_executes_all_parts_of_a_search(running, search, store, wait_for):
    running.submit(search.id, parts=search.parts)
    wait_for(lambda: get_job(search.id, store=store).status == "succeeded")
    assert (search.parts, get_job(search.id, store=store).attempt, running.workers()) == (3, 1, 1)
