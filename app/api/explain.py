"""Explain: which pixels spoke for an answer, and what the network sees of a picture."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.api.body import Body
from app.api.dependencies import (
    DecoderDependency,
    ModelQuery,
    ServedModelsDependency,
    SettingsDependency,
    WaitingRoomDependency,
)
from app.api.png import PNG
from app.api.uploads import BODY, REFUSALS, seen_pictures
from app.errors import ModelNotFound, ModelNotServable, Unprocessable, openapi_responses
from app.schemas import ExplainAnswer
from app.services.explain import explain_pictures
from app.services.single_picture import draw_pixels
from nncore.errors import NotExplainable

router = APIRouter(tags=["predictions"])


class _NotExplainable(Unprocessable):
    code, title = NotExplainable.code, "The answer is no sum over the pixels"


REFUSED = openapi_responses(ModelNotFound, ModelNotServable, *REFUSALS, _NotExplainable)
PIXELS: dict[int | str, dict[str, Any]] = {200: {"content": {PNG: {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("/explain", responses=REFUSED, response_model_exclude_unset=True, openapi_extra=BODY)
async def explain(
    request: Request,
    *,
    served: ServedModelsDependency,
    decoder: DecoderDependency,
    waiting_room: WaitingRoomDependency,
    settings: SettingsDependency,
    model: ModelQuery = None,
) -> ExplainAnswer:
    """Say which pixels spoke for the answer and which against it, exactly; for ReLU and leaky ReLU networks."""
    body = Body(request)
    with waiting_room:
        found = await run_in_threadpool(served.find, model)
        seen = await seen_pictures(body, decoder=decoder, settings=settings)
        return await decoder.work(lambda: explain_pictures(seen, found=found), is_gone=body.is_gone)


@router.post("/pixels", responses=openapi_responses(*REFUSALS) | PIXELS, response_class=Response, openapi_extra=BODY)
async def pixels(
    request: Request,
    *,
    decoder: DecoderDependency,
    waiting_room: WaitingRoomDependency,
    settings: SettingsDependency,
) -> Response:
    """Return one picture as a network sees it: 64 x 64 pixels, as PNG."""
    with waiting_room:
        seen = await seen_pictures(Body(request), decoder=decoder, settings=settings)
        return Response(draw_pixels(seen), media_type=PNG)
