"""Predict: what a model says of pictures."""

import functools
import re
import time

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.body import Body
from app.api.dependencies import ModelQuery, ServingDependency, serving_of
from app.api.problems import KNOWN, error_response
from app.api.questions import REFUSED
from app.api.strict_route import StrictRoute
from app.api.uploads import BODY, seen_pictures
from app.errors import openapi_responses
from app.schemas.fields import SERVED_PATTERN
from app.schemas.predictions import PredictAnswer
from app.services.decoder import Decoder
from app.services.predict import Seen, is_quick, predict_pictures
from app.services.served_models import ServedModel

PATH = "/predict"
REFERENCE = re.compile(SERVED_PATTERN)


class ShortWay:
    """Middleware that calls the function below itself for a right query; FastAPI documents it and refuses the rest.

    The way through Starlette's and FastAPI's layers, routes and dependencies would be a tenth of the time that a small
    picture takes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if not _is_short(scope):
            await self._app(scope, receive, send)
            return
        scope["route"] = ROUTE
        request = Request(scope, receive)
        try:
            response = await predict(request, serving_of(scope["app"]), model_of(scope["query_string"]))
        except KNOWN as error:
            response = await error_response(request, error)
        await response(scope, receive, send)


def _is_short(scope: Scope) -> bool:
    if scope.get("method") != "POST" or scope["path"] != scope.get("root_path", "") + PATH:
        return False
    model = model_of(scope["query_string"])
    return model is None or REFERENCE.fullmatch(model) is not None


@functools.lru_cache(maxsize=100)
def model_of(query: bytes) -> str | None:
    """Return which model a query names; what is no reference where it names anything else."""
    parameters = QueryParams(query)
    return parameters.get("model") if parameters.keys() <= {"model"} else ""


router = APIRouter(tags=["predictions"], route_class=StrictRoute)


@router.post(PATH, response_model=PredictAnswer, responses=openapi_responses(*REFUSED), openapi_extra=BODY)
async def predict(request: Request, serving: ServingDependency, model: ModelQuery = None) -> Response:
    """Say what is in one picture or in several; a picture gets the same answer alone or among others."""
    body = Body(request)
    with serving.waiting_room:
        found = serving.served.at_hand(model)
        if found is None:
            found = await run_in_threadpool(serving.served.find, model)
        began = time.perf_counter()
        seen = await seen_pictures(body, decoder=serving.decoder, settings=serving.settings)
        seen_at = time.perf_counter()
        answer = await _answer(seen, found=found, body=body, decoder=serving.decoder)
        serving.measurements.stage("read", seconds=body.seconds)
        serving.measurements.stage("pictures", seconds=seen_at - began)
        serving.measurements.stage("forward", seconds=time.perf_counter() - seen_at)
    return Response(answer.model_dump_json(exclude_unset=True), media_type="application/json")


[ROUTE] = router.routes


async def _answer(seen: list[Seen], *, found: ServedModel, body: Body, decoder: Decoder) -> PredictAnswer:
    if is_quick(len(seen), found=found):
        return predict_pictures(seen, found=found)
    return await decoder.work(lambda: predict_pictures(seen, found=found), is_gone=body.is_gone)
