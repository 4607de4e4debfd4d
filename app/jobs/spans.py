"""Has a scheduler keep nothing of jobs that are done; one preloads this when it starts."""

from collections import deque
from typing import Any


class NoSpans:
    """Stands where Dask's spans would, of which each job makes one and none is ever given up, nor read here.

    Of workers that measure by spans it takes what they send, since it is a part of the message that they are alive.
    """

    def observe_tasks(self, *_tasks: object, **_more: object) -> dict[Any, Any]:
        """Give no task a span."""
        return {}

    def heartbeat(self, *_measured: object) -> None:
        """Keep nothing of what a worker has measured."""


def dask_setup(scheduler: Any) -> None:
    """Keep no spans, and no computations, of which one lasts as long as jobs come; Dask calls this at its start."""
    scheduler.extensions["spans"] = NoSpans()
    scheduler.computations = deque(maxlen=0)
