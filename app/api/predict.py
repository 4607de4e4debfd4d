"""Predict: what a model says of pictures."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from app.api.body import Body
from app.api.dependencies import (
    DecoderDependency,
    ServedModelsDependency,
    SettingsDependency,
    WaitingRoomDependency,
)
from app.api.form import FORM, media_type
from app.api.picture_form import SentFile, form_files
from app.errors import (
    BodyTooLarge,
    EmptyFile,
    FileTooLarge,
    InvalidRequest,
    MalformedRequest,
    ModelNotFound,
    ModelNotServable,
    NotAnImage,
    Overloaded,
    ServiceError,
    TooManyFiles,
    TooManyPixels,
    TruncatedImage,
    UnsupportedImageFormat,
    UnsupportedMediaType,
    openapi_responses,
)
from app.images import Picture
from app.schemas import MODEL_REFERENCE_PATTERN, PredictAnswer
from app.services.decoder import Decoder
from app.services.predict import Seen, is_quick, predict_pictures
from app.services.served_models import ServedModel
from app.settings import Settings

router = APIRouter(tags=["predictions"])

REFUSED = openapi_responses(
    MalformedRequest,
    ModelNotFound,
    ModelNotServable,
    BodyTooLarge,
    FileTooLarge,
    TooManyFiles,
    TooManyPixels,
    UnsupportedMediaType,
    InvalidRequest,
    EmptyFile,
    NotAnImage,
    TruncatedImage,
    UnsupportedImageFormat,
    Overloaded,
)
BINARY = {"type": "string", "format": "binary"}
FILES = {"type": "object", "properties": {"file": {"type": "array", "items": BINARY}}, "required": ["file"]}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {"schema": FILES | {"additionalProperties": False}},
            "image/*": {"schema": BINARY},
        },
    }
}
ModelQuery = Annotated[
    str | None,
    Query(
        pattern=MODEL_REFERENCE_PATTERN,
        description="NAME, NAME:VERSION or NAME@ALIAS; the newest version of any model if left out.",
    ),
]


@router.post("/predict", response_model=PredictAnswer, responses=REFUSED, openapi_extra=BODY)
async def predict(
    request: Request,
    *,
    served: ServedModelsDependency,
    decoder: DecoderDependency,
    waiting_room: WaitingRoomDependency,
    settings: SettingsDependency,
    model: ModelQuery = None,
) -> Response:
    """Say what is in one picture or in several; a picture gets the same answer alone or among others."""
    body = Body(request)
    with waiting_room:
        found = served.at_hand(model)
        if found is None:
            found = await run_in_threadpool(served.find, model)
        seen = [
            Seen(file.filename, await _picture(file, body=body, decoder=decoder))
            async for file in _files(body, settings=settings)
        ]
        answer = await _answer(seen, found=found, body=body, decoder=decoder)
    return Response(answer.model_dump_json(exclude_unset=True), media_type="application/json")


async def _files(body: Body, *, settings: Settings) -> AsyncIterator[SentFile]:
    """Yield the files of a request, from its form or its whole body."""
    kind = media_type(body.content_type)
    if kind.startswith("image/"):
        yield SentFile(filename=None, content=await _whole(body, most=settings.max_image_bytes))
    elif kind == FORM:
        async for file in form_files(body, most=settings.max_files, most_bytes=settings.max_image_bytes):
            yield file
    else:
        raise UnsupportedMediaType(
            f"the body is {kind or 'of no type'}; right is {FORM} with fields `file`, or a picture's bytes as image/..."
        )


async def _whole(body: Body, *, most: int) -> bytes:
    content = bytearray()
    async for chunk in body.chunks():
        content += chunk
        if len(content) > most:
            raise FileTooLarge(f"the picture has more than {most} bytes, which is the most that is read")
    return bytes(content)


async def _picture(file: SentFile, *, body: Body, decoder: Decoder) -> Picture | ServiceError:
    if isinstance(file.content, ServiceError):
        return file.content
    return await decoder.decode(file.content, is_gone=body.is_gone)


async def _answer(seen: list[Seen], *, found: ServedModel, body: Body, decoder: Decoder) -> PredictAnswer:
    if is_quick(len(seen), found=found):
        return predict_pictures(seen, found=found)
    return await decoder.work(lambda: predict_pictures(seen, found=found), is_gone=body.is_gone)
