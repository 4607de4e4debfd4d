"""Forward and back-propagation of one picture, to be looked at."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.api.dependencies import ModelQuery, ServingDependency
from app.api.questions import REFUSED, answer_in_thread
from app.api.strict_route import StrictRoute
from app.api.uploads import BODY
from app.errors import openapi_responses
from app.schemas.forward import ForwardAnswer
from app.services.forward import propagate_picture

router = APIRouter(tags=["predictions"], route_class=StrictRoute)

TruthQuery = Annotated[str | None, Query(description="The class that it is; the predicted one if left out.")]


@router.post("/forward", responses=openapi_responses(*REFUSED), response_model_exclude_unset=True, openapi_extra=BODY)
async def forward(
    request: Request, serving: ServingDependency, model: ModelQuery = None, truth: TruthQuery = None
) -> ForwardAnswer:
    """Take one picture through a network and back, and tell the shape and numbers of every layer."""
    return await answer_in_thread(
        request,
        serving=serving,
        model=model,
        answer=lambda seen, found: propagate_picture(seen, found=found, truth=truth),
    )
