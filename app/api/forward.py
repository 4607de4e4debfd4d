"""Forward and back-propagation of one picture, to be looked at."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from app.api.dependencies import ModelQuery, ServedModelsDependency, SettingsDependency
from app.api.uploads import BODY, REFUSALS, uploads
from app.errors import ModelNotFound, ModelNotServable, openapi_responses
from app.schemas import ForwardAnswer
from app.services.forward import propagate_picture

router = APIRouter(tags=["predictions"])

REFUSED = openapi_responses(ModelNotFound, ModelNotServable, *REFUSALS)
TruthQuery = Annotated[str | None, Query(description="The class that it is; the predicted one if left out.")]


@router.post("/forward", responses=REFUSED, openapi_extra=BODY)
async def forward(
    request: Request,
    served: ServedModelsDependency,
    settings: SettingsDependency,
    model: ModelQuery = None,
    truth: TruthQuery = None,
) -> ForwardAnswer:
    """Take one picture through a network and back, and tell the shape and numbers of every layer."""
    async with uploads(request, settings=settings) as pictures:
        return await run_in_threadpool(
            propagate_picture, pictures, model=model, truth=truth, served=served, settings=settings
        )
