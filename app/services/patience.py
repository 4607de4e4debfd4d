"""Wait for room where the disk is full, so that no job fails of it."""

import time
from collections.abc import Callable
from typing import Any

import structlog

from app.storage.room import is_full

SECONDS_TO_WAIT = 5.0


def patiently(
    work: Callable[..., None],
    *arguments: Any,
    wait: Callable[[float], None] = time.sleep,
    tell: Callable[[], None] | None = None,
    **keywords: Any,
) -> None:
    """Do some work; as long as it fails for want of room, wait and do it again. Raises what the work and `wait` do.

    Whom it concerns is told once that it has to wait.
    """
    while True:
        try:
            work(*arguments, **keywords)
        except Exception as error:
            if not is_full(error):
                raise
            structlog.get_logger().warning("the disk is full; this is tried again until there is room", exc_info=error)
            if tell is not None:
                tell()
                tell = None
        else:
            return
        wait(SECONDS_TO_WAIT)
