"""Hear what somebody wishes of a job while it is executed: to cancel it, or to pause it."""

import contextvars
import functools
import threading
import time
from types import TracebackType

import structlog

from app.storage import jobs
from app.storage.jobs import Attempt, SupersededError
from app.storage.store import Store

SECONDS_BETWEEN = 0.1


class CancelledError(Exception):
    """Somebody has asked to cancel the job."""


class KeptError(CancelledError):
    """Somebody has asked to cancel the job, and to keep what it has learned so far as a version."""


class PausedError(Exception):
    """Somebody has asked to pause the job."""


ENDS: dict[str, type[Exception]] = {
    "cancel": CancelledError,
    "keep": KeptError,
    "pause": PausedError,
    jobs.SUPERSEDED: SupersededError,
}


class Wishes:
    """Listens in a thread of its own; who trains looks here between two updates, which costs nothing.

    Where an update, or what comes before the first, takes so long that nobody looks, the service cancels or pauses
    the job by itself (`unheard_wishes`), and what is heard then is that the attempt is over.
    """

    def __init__(self, attempt: Attempt, *, store: Store) -> None:
        """Take the attempt to listen for; nothing happens before the block begins."""
        self._attempt = attempt
        self._store = store
        self._wish = attempt.wish
        self._over = threading.Event()
        listen = functools.partial(contextvars.copy_context().run, self._listen)  # its lines of the log share the id
        self._thread = threading.Thread(target=listen, name="wishes", daemon=True)

    def __enter__(self) -> "Wishes":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def look(self) -> None:
        """Raise CancelledError, KeptError, PausedError or SupersededError if it is time for that."""
        if self._wish is not None:
            raise ENDS[self._wish]

    def wait(self, seconds: float) -> None:
        """Let some time pass, and look meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()
            time.sleep(min(seconds, SECONDS_BETWEEN))

    def _listen(self) -> None:
        while not self._over.wait(SECONDS_BETWEEN):
            try:
                with self._store.database.read() as connection:
                    self._wish = jobs.wish_of(connection, self._attempt)
            except Exception as error:  # noqa: BLE001, a database that does not answer now may answer the next time
                structlog.get_logger().warning("wishes cannot be heard", job=self._attempt.job.id, exc_info=error)
