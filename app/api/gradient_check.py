"""Gradient check: numerical against analytical gradients of a described network."""

from fastapi import APIRouter

from app.api.dependencies import ServedModelsDependency, StoreDependency
from app.api.strict_route import StrictRoute
from app.errors import (
    AliasNotFound,
    BodyTooLarge,
    DatasetNotFound,
    InvalidRequest,
    MalformedRequest,
    ModelNotFound,
    ModelNotServable,
    UnsupportedMediaType,
    openapi_responses,
)
from app.schemas.gradient_check import GradientCheckAnswer, GradientCheckRequest
from app.services.check_gradients import check_described

router = APIRouter(tags=["learning"], route_class=StrictRoute)

ERRORS = openapi_responses(
    MalformedRequest,
    DatasetNotFound,
    ModelNotFound,
    AliasNotFound,
    ModelNotServable,
    BodyTooLarge,
    UnsupportedMediaType,
    InvalidRequest,
)


@router.post("/gradient-check", responses=ERRORS)
def check_gradients(
    body: GradientCheckRequest, store: StoreDependency, served: ServedModelsDependency
) -> GradientCheckAnswer:
    """Compare the gradients of all parameters of a network with numerical ones."""
    return check_described(body, store=store, served=served)
