"""Pictures of jobs and models, for a browser, a report or `curl -o`."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from app.api.dependencies import JobPath, NamePath, StoreDependency, VersionPath
from app.api.png import PNG, PNG_ANSWER, IfNoneMatch, png_answer
from app.api.strict_route import StrictRoute
from app.drawings import Kind, draw_activations, draw_confusion, draw_costs
from app.errors import ImageNotFound, InvalidRequest, JobNotFound, ModelNotFound, openapi_responses
from app.schemas.fields import NAME_PATTERN
from app.services.pictures import confusion, cost_curves
from app.storage.store import Store

router = APIRouter(tags=["pictures"], route_class=StrictRoute)

SVG = "image/svg+xml"
SVG_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {SVG: {"schema": {"type": "string"}}}},
    304: {"description": "Unchanged"},
}
NOT_FOUND = openapi_responses(JobNotFound, InvalidRequest)
MOST_CURVES = 20
With = Annotated[
    Sequence[Annotated[str, Query(pattern=NAME_PATTERN)]],
    Query(alias="with", max_length=MOST_CURVES - 1, description="Other jobs to draw in the same picture."),
]


@router.get("/jobs/{job_id}/cost.png", responses=NOT_FOUND | PNG_ANSWER, response_class=Response)
def get_costs_as_png(
    job_id: JobPath,
    store: StoreDependency,
    others: With = (),
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Draw the cost of a job by epoch, alone or with others."""
    return _costs([job_id, *others], store=store, kind="png", media_type=PNG, if_none_match=if_none_match)


@router.get("/jobs/{job_id}/cost.svg", responses=NOT_FOUND | SVG_ANSWER, response_class=Response)
def get_costs_as_svg(
    job_id: JobPath,
    store: StoreDependency,
    others: With = (),
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Draw the cost of a job by epoch, alone or with others, in lines that can be made larger."""
    return _costs([job_id, *others], store=store, kind="svg", media_type=SVG, if_none_match=if_none_match)


@router.get(
    "/models/{name}/versions/{version}/confusion.png",
    responses=openapi_responses(ModelNotFound, ImageNotFound, InvalidRequest) | PNG_ANSWER,
    response_class=Response,
)
def get_confusion(
    name: NamePath,
    version: VersionPath,
    store: StoreDependency,
    split: Annotated[Literal["test", "validation", "train"] | None, Query()] = None,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Draw how many images of each class got which answer."""
    found, chosen, matrix = confusion(name, version, split=split, store=store)
    names, title = tuple(found.classes), f"{name}:{version} on the {chosen} images"

    def draw() -> bytes:
        return draw_confusion(matrix, names=names, title=title)

    return png_answer(draw, of=(matrix, names, title), if_none_match=if_none_match)


@router.get("/activations.png", responses=PNG_ANSWER | openapi_responses(InvalidRequest), response_class=Response)
def get_activations(if_none_match: IfNoneMatch = "") -> Response:
    """Draw the activation functions and their derivatives."""
    return png_answer(draw_activations, of="activations", if_none_match=if_none_match)


def _costs(job_ids: list[str], *, store: Store, kind: Kind, media_type: str, if_none_match: str) -> Response:
    curves = cost_curves(job_ids, store=store)

    def draw() -> bytes:
        return draw_costs(curves, kind=kind)

    return png_answer(draw, of=(curves, kind), if_none_match=if_none_match, media_type=media_type)
