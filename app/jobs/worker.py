"""What a worker process does: the engine calls `execute` there with the id of a job."""

import time
from collections.abc import Sequence
from contextlib import closing

import structlog
from threadpoolctl import threadpool_limits

from app.logs import configure_logs
from app.services.checkpoint_keeper import Rhythm
from app.services.execute_training import execute_training
from app.settings import Settings
from app.storage.store import open_store
from app.worker_process import WorkerProcess

SECONDS_TO_WAIT = 5


def execute(
    job_id: str,
    settings_json: str,
    resumed: int | None = None,
    part: int | None = None,
    after: Sequence[object] = (),  # noqa: ARG001, Dask executes a job after these, which are its parts
) -> None:
    """Execute a job or a part of it; where its row cannot be written, as on a full disk, go on as soon as it can.

    A job that was resumed more often than this turn knows is another turn's to execute. BLAS uses one thread: more
    would only take turns with the other workers, and the order of its sums would vary.
    """
    configure_logs()
    settings = Settings.model_validate_json(settings_json)
    with threadpool_limits(limits=1, user_api="blas"):
        while not _try(job_id, settings, resumed=resumed, part=part):
            time.sleep(SECONDS_TO_WAIT)


def _try(job_id: str, settings: Settings, *, resumed: int | None, part: int | None) -> bool:
    try:
        with closing(open_store(settings)) as store:
            rhythm = Rhythm(seconds=settings.checkpoint_seconds, epochs=settings.checkpoint_every)
            process = _this_process()
            execute_training(job_id, store=store, part=part, resumed=resumed, rhythm=rhythm, process=process)
    except Exception as error:  # noqa: BLE001, whatever keeps a row from being written
        structlog.get_logger().error("the job's state cannot be written", job=job_id, exc_info=error)
        return False
    return True


def _this_process() -> WorkerProcess | None:
    """Return the worker process that this is, or None where it is none."""
    from distributed import get_worker  # noqa: PLC0415, most of a second, which the service does not need to start

    try:
        worker = get_worker()
    except ValueError:
        return None
    monitor, limit = worker.monitor, worker.memory_manager.memory_limit
    return WorkerProcess(address=worker.address, memory_limit=limit, resident=monitor.get_process_memory)
