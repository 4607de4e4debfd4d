"""Tell how worker processes died, as far as anybody knows: their parents note it, and a later attempt reads it."""

import signal
import time
from contextlib import closing

import structlog

from app.schemas.fields import Json
from app.settings import MEBIBYTE, Settings
from app.storage import jobs, worker_exits
from app.storage.jobs import Attempt
from app.storage.store import Store, open_store
from app.storage.worker_exits import Exit

SECONDS_TO_LEARN = 2.0
"""How long an attempt waits for the note of a death; on a cluster elsewhere there will be none."""
SECONDS_BETWEEN_LOOKS = 0.05


def note_exit(worker: str, *, code: int, resident: int | None, settings: Settings) -> None:
    """Note how a worker process ended, and the memory that it had if it was stopped for that."""
    log = structlog.get_logger().bind(worker=worker, exit_code=code, resident=resident)
    log.warning("worker process died")
    try:
        with closing(open_store(settings)) as store, store.database.write() as connection:
            worker_exits.note(connection, worker, Exit(code=code, resident=resident))
    except Exception as error:
        log.warning("the end of a worker process cannot be noted", exc_info=error)


def tell_deaths(attempt: Attempt, *, store: Store) -> str:
    """Add to the job's log how those workers died that it does not tell of yet; return the last as a sentence."""
    deaths = [_death(died, epoch=attempt.job.progress.epoch, store=store) for died in attempt.died]
    if not deaths:
        return ""
    for death in deaths:
        known = {name: value for name, value in death.items() if name != "detail"}
        structlog.get_logger().warning("the worker of a job died", job=attempt.job.id, **known)
    with store.tolerating_a_fault("deaths", job=attempt.job.id), store.database.write() as connection:
        jobs.tell_deaths(connection, attempt, deaths=deaths)
    return str(deaths[-1]["detail"])


def _death(died: Json, *, epoch: int, store: Store) -> Json:
    told = _find(died.get("address"), store=store)
    known: Json = {"exit_code": told and told.code, "resident": died.get("resident")}
    known |= {"memory_limit": died.get("memory_limit"), "epoch": epoch}
    return {"detail": f"{_how(told)}; {_memory(died)}; the last epoch that was told of is {epoch}"} | known


def _find(worker: str | None, *, store: Store) -> Exit | None:
    """Return how a process ended, which may become known a little after its job goes on elsewhere."""
    until = time.monotonic() + SECONDS_TO_LEARN
    while worker is not None:
        with store.database.read() as connection:
            told = worker_exits.find(connection, worker)
        if told is not None or time.monotonic() >= until:
            return told
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return None


def _how(told: Exit | None) -> str:
    if told is None:
        return "its worker process died or was lost, and how is unknown"
    if told.resident is not None:
        return f"its worker process was stopped with {_mebibytes(told.resident)} in memory, which is too much"
    if told.code < 0:
        return f"its worker process was killed by {signal.Signals(-told.code).name}"
    return f"its worker process ended by itself with the code {told.code}"


def _memory(died: Json) -> str:
    if "resident" not in died:
        return "its memory is unknown"
    limit = died["memory_limit"]
    return f"when last seen it had {_mebibytes(died['resident'])}" + (f" of {_mebibytes(limit)}" if limit else "")


def _mebibytes(count: int) -> str:
    return f"{round(count / MEBIBYTE)} MiB"
