"""Jobs: look at them, pause, resume, cancel and delete them."""

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Header, Query, Response
from fastapi.responses import JSONResponse

from app.api.dependencies import DEFAULT_LIMIT, Cursor, EngineDependency, JobPath, Limit, NameFilter, StoreDependency
from app.api.strict_route import StrictRoute
from app.errors import InvalidRequest, JobNotFound, StateNotAllowed, openapi_responses
from app.schemas.fields import LARGEST_INTEGER
from app.schemas.jobs import Job, Status
from app.schemas.pages import Page
from app.schemas.tuning import Leaderboard
from app.services import jobs
from app.services.unheard_wishes import fulfil_unheard

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=StrictRoute)

NOT_FOUND = openapi_responses(JobNotFound, InvalidRequest)
NOT_ALLOWED = openapi_responses(JobNotFound, StateNotAllowed, InvalidRequest)
Keep = Annotated[bool, Query(description="Register what it has learned so far as a version of its model.")]
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("", responses=openapi_responses(InvalidRequest))
def list_jobs(
    *,
    store: StoreDependency,
    status: Annotated[Status | None, Query()] = None,
    dataset: NameFilter = None,
    model: NameFilter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[Job]:
    """Return jobs, the newest first."""
    return jobs.list_jobs(store=store, limit=limit, cursor=cursor, status=status, dataset=dataset, model=model)


@router.get("/{job_id}", responses=NOT_FOUND)
def get_job(job_id: JobPath, store: StoreDependency) -> Job:
    """Return a job."""
    return jobs.get_job(job_id, store=store)


@router.get("/{job_id}/history", responses=NOT_FOUND | CSV, response_model=dict[str, list[float | None]])
def get_history(
    *,
    job_id: JobPath,
    store: StoreDependency,
    max_points: Annotated[int | None, Query(ge=2, le=LARGEST_INTEGER, description="How many epochs at most.")] = None,
    accept: Annotated[str, Header()] = "application/json",
) -> Response:
    """Return what was recorded of each epoch; the cost is that of the parameters before the epoch's update."""
    columns = jobs.get_history(job_id, store=store, max_points=max_points)
    if "text/csv" in accept:
        return Response(_as_csv(columns), media_type="text/csv", headers={"Vary": "Accept"})
    return JSONResponse(columns, headers={"Vary": "Accept"})


@router.get("/{job_id}/leaderboard", responses=NOT_FOUND)
def get_leaderboard(job_id: JobPath, store: StoreDependency) -> Leaderboard:
    """Return all candidates of a search with every fold, and what the best said of each image while it was held out."""
    return jobs.get_leaderboard(job_id, store=store)


@router.post("/{job_id}/cancel", status_code=202, responses=NOT_ALLOWED)
def cancel_job(
    *,
    job_id: JobPath,
    store: StoreDependency,
    engine: EngineDependency,
    keep: Keep = False,
    afterwards: BackgroundTasks,
) -> Job:
    """Cancel a job: at once while it waits, within a second while it trains; `keep` makes its state a version."""
    job = jobs.cancel_job(job_id, keep=keep, store=store, engine=engine)
    afterwards.add_task(fulfil_unheard, job, store=store)
    return job


@router.post("/{job_id}/pause", status_code=202, responses=NOT_ALLOWED)
def pause_job(job_id: JobPath, store: StoreDependency, afterwards: BackgroundTasks) -> Job:
    """Pause a job: at once while it waits, within a second while it trains."""
    job = jobs.pause_job(job_id, store=store)
    afterwards.add_task(fulfil_unheard, job, store=store)
    return job


@router.post("/{job_id}/resume", status_code=202, responses=NOT_ALLOWED)
def resume_job(job_id: JobPath, store: StoreDependency, engine: EngineDependency) -> Job:
    """Let a paused job go on where it was."""
    return jobs.resume_job(job_id, store=store, engine=engine)


@router.delete("/{job_id}", status_code=204, responses=NOT_ALLOWED)
def delete_job(job_id: JobPath, store: StoreDependency) -> None:
    """Delete a job that has ended; the model that it made stays."""
    jobs.delete_job(job_id, store=store)


def _as_csv(columns: dict[str, list[Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()
