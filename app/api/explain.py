"""Explain: which pixels spoke for an answer, and what the network sees of a picture."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.api.body import Body
from app.api.dependencies import ModelQuery, ServingDependency
from app.api.png import PNG
from app.api.questions import REFUSED, answer_in_thread
from app.api.strict_route import StrictRoute
from app.api.uploads import BODY, REFUSALS, seen_pictures
from app.errors import Unprocessable, openapi_responses
from app.schemas.explanations import ExplainAnswer
from app.services.explain import explain_pictures
from app.services.single_picture import draw_pixels
from nncore.errors import NotExplainable

router = APIRouter(tags=["predictions"], route_class=StrictRoute)


class _NotExplainable(Unprocessable):
    code, title = NotExplainable.code, "The answer is no sum over the pixels"


PIXELS: dict[int | str, dict[str, Any]] = {200: {"content": {PNG: {"schema": {"type": "string", "format": "binary"}}}}}


@router.post(
    "/explain",
    responses=openapi_responses(*REFUSED, _NotExplainable),
    response_model_exclude_unset=True,
    openapi_extra=BODY,
)
async def explain(request: Request, serving: ServingDependency, model: ModelQuery = None) -> ExplainAnswer:
    """Say which pixels spoke for the answer and which against it, exactly; for ReLU and leaky ReLU networks."""
    return await answer_in_thread(
        request, serving=serving, model=model, answer=lambda seen, found: explain_pictures(seen, found=found)
    )


@router.post("/pixels", responses=openapi_responses(*REFUSALS) | PIXELS, response_class=Response, openapi_extra=BODY)
async def pixels(request: Request, serving: ServingDependency) -> Response:
    """Return one picture as a network sees it: 64 x 64 pixels, as PNG."""
    with serving.waiting_room:
        seen = await seen_pictures(Body(request), decoder=serving.decoder, settings=serving.settings)
        return Response(draw_pixels(seen), media_type=PNG)
