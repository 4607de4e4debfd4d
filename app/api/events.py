"""The log of a job: as server-sent events while it goes on, or page by page."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool

from app.api.dependencies import DEFAULT_LIMIT, EventFeedDependency, JobPath, Limit, StoreDependency
from app.api.strict_route import StrictRoute
from app.errors import InvalidRequest, JobNotFound, openapi_responses
from app.schemas.fields import LARGEST_INTEGER
from app.schemas.jobs import Event
from app.schemas.pages import Page
from app.services import jobs
from app.services.event_feed import EventFeed

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=StrictRoute)

MILLISECONDS_TO_RECONNECT = 1000
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "Vary": "Accept"}
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"model": Page[Event], "content": {"text/event-stream": {"schema": {"type": "string"}}}},
    204: {"description": "There is nothing to come: the reader has had `done`."},
}
EventNumber = Annotated[int, Query(ge=0, le=LARGEST_INTEGER)]
LastEventId = Annotated[int | None, Header(ge=0, le=LARGEST_INTEGER)]


@router.get("/{job_id}/events", responses=openapi_responses(JobNotFound, InvalidRequest) | STREAM, response_model=None)
async def get_events(
    *,
    job_id: JobPath,
    store: StoreDependency,
    feed: EventFeedDependency,
    after: Annotated[EventNumber | None, Query(description="The id of the last event that is known.")] = None,
    cursor: Annotated[EventNumber | None, Query(description="`next` of the page before.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    last_event_id: LastEventId = None,
    accept: Annotated[str, Header()] = "text/event-stream",
) -> Response:
    """Tell what happens to a job until its end, as server-sent events; a page of it as JSON, if that is accepted."""
    start = next((number for number in (last_event_id, cursor, after) if number is not None), 0)
    if "application/json" in accept and "text/event-stream" not in accept:
        page = await run_in_threadpool(jobs.get_events, job_id, store=store, after=start, limit=limit)
        return JSONResponse(page.model_dump(mode="json"), headers={"Vary": "Accept"})
    job = await run_in_threadpool(jobs.get_job, job_id, store=store)
    if job.finished_at is not None and start >= job.last_event:
        return Response(status_code=204)  # which tells a browser not to connect again
    return EventSourceResponse(_lines(feed, job_id, after=start, newest=job.last_event), headers=HEADERS)


async def _lines(feed: EventFeed, job_id: str, *, after: int, newest: int) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=MILLISECONDS_TO_RECONNECT)
    async for events in feed.follow(job_id, after=after, newest=newest):
        yield b"".join(map(_line, events)) or KEEPALIVE_COMMENT


def _line(event: Event) -> bytes:
    return format_sse_event(id=str(event.id), event=event.event, data_str=json.dumps(event.data))
