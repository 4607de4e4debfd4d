"""Forward and back-propagation of one picture, to be looked at."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from app.api.body import Body
from app.api.dependencies import (
    DecoderDependency,
    ModelQuery,
    ServedModelsDependency,
    SettingsDependency,
    WaitingRoomDependency,
)
from app.api.uploads import BODY, REFUSALS, seen_pictures
from app.errors import ModelNotFound, ModelNotServable, openapi_responses
from app.schemas import ForwardAnswer
from app.services.forward import propagate_picture

router = APIRouter(tags=["predictions"])

REFUSED = openapi_responses(ModelNotFound, ModelNotServable, *REFUSALS)
TruthQuery = Annotated[str | None, Query(description="The class that it is; the predicted one if left out.")]


@router.post("/forward", responses=REFUSED, openapi_extra=BODY)
async def forward(
    request: Request,
    *,
    served: ServedModelsDependency,
    decoder: DecoderDependency,
    waiting_room: WaitingRoomDependency,
    settings: SettingsDependency,
    model: ModelQuery = None,
    truth: TruthQuery = None,
) -> ForwardAnswer:
    """Take one picture through a network and back, and tell the shape and numbers of every layer."""
    body = Body(request)
    with waiting_room:
        found = await run_in_threadpool(served.find, model)
        seen = await seen_pictures(body, decoder=decoder, settings=settings)
        return await decoder.work(lambda: propagate_picture(seen, found=found, truth=truth), is_gone=body.is_gone)
