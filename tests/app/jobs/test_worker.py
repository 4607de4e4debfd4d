import threading

import structlog
from threadpoolctl import threadpool_info

from app.jobs import worker
from app.services.jobs import get_job


def test_a_job_is_executed_by_its_id_and_the_settings_alone(store, settings, start):
    job = start(epochs=3)
    worker.execute(job.id, settings.model_dump_json())
    structlog.reset_defaults()
    assert get_job(job.id, store=store).status == "succeeded"


def test_the_limit_of_blas_ends_with_the_job(store, settings, start):
    before = [library["num_threads"] for library in threadpool_info()]
    worker.execute("no such job", settings.model_dump_json())
    structlog.reset_defaults()
    assert [library["num_threads"] for library in threadpool_info()] == before


def test_a_row_that_cannot_be_written_is_tried_again(store, settings, start, monkeypatch, wait_for):
    monkeypatch.setattr(worker, "SECONDS_TO_WAIT", 0.01)
    tried: list[str] = []
    monkeypatch.setattr(structlog.WriteLogger, "error", lambda _self, line: tried.append(line))
    job = start(epochs=3)
    hidden = settings.home / "hidden"
    store.close()
    settings.data_directory.rename(hidden)
    settings.data_directory.write_text("in the way of the directory")
    thread = threading.Thread(target=worker.execute, args=(job.id, settings.model_dump_json()))
    thread.start()
    wait_for(lambda: len(tried) > 1)
    settings.data_directory.unlink()
    hidden.rename(settings.data_directory)
    thread.join()
    structlog.reset_defaults()
    assert get_job(job.id, store=store).status == "succeeded"
