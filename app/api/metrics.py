"""/metrics: what Prometheus asks for."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.dependencies import MeasurementsDependency, StoreDependency
from app.api.strict_route import StrictRoute
from app.services.job_metrics import JobMetrics

router = APIRouter(tags=["health"], route_class=StrictRoute)


@router.get("/metrics", response_class=Response, responses={200: {"content": {CONTENT_TYPE_LATEST: {}}}})
def get_metrics(measurements: MeasurementsDependency, store: StoreDependency) -> Response:
    """Tell what all processes have measured since their start, and how the jobs are, in Prometheus' text format."""
    registry = measurements.gathered()
    text = generate_latest(registry) + generate_latest(JobMetrics(store))
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})
