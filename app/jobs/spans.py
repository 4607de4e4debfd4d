"""Has a scheduler keep nothing of the tasks that it has forgotten; one preloads this when it starts."""

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
    """Take the place of the spans; Dask calls this when it starts a scheduler."""
    scheduler.extensions["spans"] = NoSpans()
