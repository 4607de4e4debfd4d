"""Start a search for hyperparameters."""

from fastapi import APIRouter, Response

from app.api.dependencies import AskedBy, EngineDependency, SettingsDependency, StoreDependency
from app.api.idempotency import Keyed
from app.api.strict_route import StrictRoute
from app.api.train import REFUSED
from app.errors import openapi_responses
from app.schemas.jobs import Job
from app.schemas.tuning import TuneRequest
from app.services.start_tuning import start_tuning

router = APIRouter(tags=["jobs"], route_class=StrictRoute)


@router.post("/tune", status_code=202, responses=openapi_responses(*REFUSED))
def tune(
    *,
    body: TuneRequest,
    response: Response,
    store: StoreDependency,
    engine: EngineDependency,
    settings: SettingsDependency,
    keyed: Keyed,
    asked_by: AskedBy,
) -> Job:
    """Search hyperparameters by cross-validation, train the best on all images, and register it."""
    key = keyed("tune", body)
    job = start_tuning(body, store=store, engine=engine, settings=settings, key=key, asked_by=asked_by)
    response.headers["Location"] = f"/jobs/{job.id}"
    return job
