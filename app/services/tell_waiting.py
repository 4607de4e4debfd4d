"""Say in a job's own log why it waits, or goes on without what it cannot write."""

from app.errors import StoreUnreachable
from app.storage import events
from app.storage.jobs import Attempt
from app.storage.store import Store


def tell_waiting(error: Exception, *, meanwhile: str, attempt: Attempt, store: Store) -> bool:
    """Add a warning about a full disk or an unreachable store; return whether as much could be written."""
    code, reason = "storage-full", "the disk of the service is full"
    if isinstance(error, StoreUnreachable):
        code, reason = error.code, error.detail
    told = {"code": code, "detail": f"{reason}; {meanwhile}"}
    with store.tolerating_a_fault("warning", job=attempt.job.id), store.database.write() as connection:
        events.append(connection, attempt.job.id, "warning", told)
        return True
    return False
