"""Judge whether there is room for more, in all and for the key that asks: jobs that wait, datasets, bytes."""

from app.errors import QueueFull, QuotaExceeded
from app.settings import Settings
from app.storage import jobs, usage
from app.storage.database import Connection

RETRY_SECONDS = 10


def check_queue(connection: Connection, *, asked_by: str | None, settings: Settings) -> None:
    """Raise QueueFull where as many jobs wait as may."""
    for key, most in _limits(asked_by, in_all=settings.max_queued_jobs, of_one=settings.max_key_queued_jobs):
        if jobs.count_queued(connection, asked_by=key) >= most:
            message = f"{most} jobs{_of(key)} wait already, which is the most that may; try again later"
            raise QueueFull(message, headers={"Retry-After": str(RETRY_SECONDS)})


def check_datasets(connection: Connection, *, asked_by: str | None, settings: Settings) -> None:
    """Raise QuotaExceeded where there are as many datasets as may be."""
    for key, most in _limits(asked_by, in_all=settings.max_datasets, of_one=settings.max_key_datasets):
        if usage.count_datasets(connection, asked_by=key) >= most:
            raise QuotaExceeded(f"there are {most} datasets{_of(key)}, which is the most that may be; delete one first")


def check_room(connection: Connection, *, more: int, asked_by: str | None, settings: Settings) -> None:
    """Raise QuotaExceeded where so many more bytes are more than may be stored."""
    for key, most in _limits(asked_by, in_all=settings.max_stored_bytes, of_one=settings.max_key_stored_bytes):
        stored = usage.stored_bytes(connection, asked_by=key)
        if stored + more > most:
            told = f"{stored} bytes{_of(key)} are stored or promised to jobs, and this takes {more} more"
            raise QuotaExceeded(f"{told}; at most {most} may be: delete datasets, models or unfinished jobs first")


def _limits(asked_by: str | None, *, in_all: int | None, of_one: int | None) -> list[tuple[str | None, int]]:
    """Return the limits that are set, each with the key that it is for: None is for all."""
    limits = [(None, in_all)] if asked_by is None else [(None, in_all), (asked_by, of_one)]
    return [(key, most) for key, most in limits if most is not None]


def _of(key: str | None) -> str:
    return "" if key is None else " of this key"
