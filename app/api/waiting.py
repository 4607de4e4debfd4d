"""A bound on the requests that are answered at a time or wait for it."""

from types import TracebackType

from app.errors import Overloaded

RETRY_AFTER_SECONDS = "1"


class WaitingRoom:
    """Counts who is in, and lets nobody else in while it is full; for one event loop."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._inside = 0

    def __enter__(self) -> None:
        """Enter, before a byte of the body is read; raises Overloaded."""
        if self._inside >= self._most:
            told = f"{self._most} predictions are being answered or wait, which is the most; try again in a moment"
            raise Overloaded(told, headers={"Retry-After": RETRY_AFTER_SECONDS})
        self._inside += 1

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Leave."""
        self._inside -= 1
