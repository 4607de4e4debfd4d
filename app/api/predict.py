"""Predict: what a model says of pictures."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from app.api.dependencies import ModelQuery, ServedModelsDependency, SettingsDependency
from app.api.uploads import BODY, REFUSALS, uploads
from app.errors import ModelNotFound, ModelNotServable, openapi_responses
from app.schemas import PredictAnswer
from app.services.predict import predict_pictures

router = APIRouter(tags=["predictions"])

REFUSED = openapi_responses(ModelNotFound, ModelNotServable, *REFUSALS)


@router.post("/predict", responses=REFUSED, response_model_exclude_unset=True, openapi_extra=BODY)
async def predict(
    request: Request,
    served: ServedModelsDependency,
    settings: SettingsDependency,
    model: ModelQuery = None,
) -> PredictAnswer:
    """Say what is in one picture or in several; a picture gets the same answer alone or among others."""
    async with uploads(request, settings=settings) as pictures:
        return await run_in_threadpool(predict_pictures, pictures, model=model, served=served, settings=settings)
