"""Explain: which pixels spoke for an answer, and what the network sees of a picture."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.api.dependencies import ModelQuery, ServedModelsDependency, SettingsDependency
from app.api.png import PNG
from app.api.uploads import BODY, REFUSALS, uploads
from app.errors import ModelNotFound, ModelNotServable, Unprocessable, openapi_responses
from app.schemas import ExplainAnswer
from app.services.explain import explain_pictures
from app.services.uploaded_pictures import draw_pixels
from nncore.errors import NotExplainable

router = APIRouter(tags=["predictions"])


class _NotExplainable(Unprocessable):
    code, title = NotExplainable.code, "The answer is no sum over the pixels"


REFUSED = openapi_responses(ModelNotFound, ModelNotServable, *REFUSALS, _NotExplainable)
PIXELS: dict[int | str, dict[str, Any]] = {200: {"content": {PNG: {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("/explain", responses=REFUSED, response_model_exclude_unset=True, openapi_extra=BODY)
async def explain(
    request: Request,
    served: ServedModelsDependency,
    settings: SettingsDependency,
    model: ModelQuery = None,
) -> ExplainAnswer:
    """Say which pixels spoke for the answer and which against it, exactly; for ReLU and leaky ReLU networks."""
    async with uploads(request, settings=settings) as pictures:
        return await run_in_threadpool(explain_pictures, pictures, model=model, served=served, settings=settings)


@router.post("/pixels", responses=openapi_responses(*REFUSALS) | PIXELS, response_class=Response, openapi_extra=BODY)
async def pixels(request: Request, settings: SettingsDependency) -> Response:
    """Return one picture as a network sees it: 64 x 64 pixels, as PNG."""
    async with uploads(request, settings=settings) as pictures:
        return Response(await run_in_threadpool(draw_pixels, pictures, settings=settings), media_type=PNG)
