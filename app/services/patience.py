"""Wait for room where the disk is full, and for a store of files that cannot be reached, so that no job fails of it."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from app.storage.room import will_pass

SECONDS_TO_WAIT = 5.0

Result = TypeVar("Result")


def patiently(
    work: Callable[..., Result],
    *arguments: Any,
    wait: Callable[[float], None] = time.sleep,
    tell: Callable[[Exception], object] | None = None,
    **keywords: Any,
) -> Result:
    """Do some work; as long as it fails of what passes, wait and do it again. Raises what the work and `wait` do.

    Whom it concerns is told once why it has to wait.
    """
    while True:
        try:
            return work(*arguments, **keywords)
        except Exception as error:
            if not will_pass(error):
                raise
            structlog.get_logger().warning("this is tried again until it succeeds", exc_info=error)
            if tell is not None:
                tell(error)
                tell = None
        wait(SECONDS_TO_WAIT)
