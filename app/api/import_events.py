"""An import while it goes on, as server-sent events: `progress` now and then, at the end `done` or `error`."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any

from fastapi.sse import EventSourceResponse, format_sse_event

from app.api.events import HEADERS
from app.errors import ServiceError, problem
from app.services.import_dataset import Steps

SECONDS_BETWEEN_EVENTS = 0.5
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The import as server-sent events.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
}


def import_events(steps: Steps) -> EventSourceResponse:
    """Begin an import, which raises what is wrong with the request, and return what tells of the rest.

    The work is done as events are asked for: it ends, and leaves nothing, when nobody reads them any more.
    """
    events = _events(steps)
    return EventSourceResponse(chain([next(events)], events), headers=HEADERS)


def _events(steps: Steps) -> Iterator[bytes]:
    told = None
    while True:
        try:
            progress = next(steps)
        except StopIteration as end:
            yield _line("done", end.value.model_dump_json())
            return
        except ServiceError as error:
            if told is None:
                raise
            yield _line("error", json.dumps(problem(error)))
            return
        if told is None or time.monotonic() > told + SECONDS_BETWEEN_EVENTS:
            told = time.monotonic()
            yield _line("progress", json.dumps(asdict(progress)))


def _line(event: str, data: str) -> bytes:
    return format_sse_event(event=event, data_str=data)
