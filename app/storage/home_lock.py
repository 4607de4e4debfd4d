"""The lock of the home: one service works there, or several that have the same cluster train their jobs."""

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.storage.cannot_start import CannotStart

LOCK = "data/service.lock"


@contextmanager
def hold(home: Path, *, shared: bool) -> Iterator[None]:
    """Hold the home while the block goes on, beside others that hold it `shared`; raises CannotStart.

    The system lets go of it with the process, whichever way that ends.
    """
    path = home / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_NB | (fcntl.LOCK_SH if shared else fcntl.LOCK_EX))
        except BlockingIOError as error:
            holder = path.read_text(encoding="utf-8") or "which process is not known"
            message = f"a service works in {home} already ({holder}); NNCORE_WORKERS has several processes answer"
            raise CannotStart(f"{message}, and another service needs another NNCORE_HOME") from error
        with suppress(OSError):  # a full disk has no room for the note, and the lock needs none
            file.truncate(0)
            file.write(f"process {os.getpid()} of {platform.node()}".encode())
        yield
