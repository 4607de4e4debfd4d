"""Predict: what a model says of pictures."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from app.api.dependencies import ServedModelsDependency, SettingsDependency
from app.api.form import FORM, content_type, refuse_unknown
from app.errors import (
    BodyTooLarge,
    EmptyFile,
    FieldProblem,
    FileTooLarge,
    InvalidRequest,
    JobNotFound,
    MalformedRequest,
    ModelNotFound,
    ModelNotServable,
    NotAnImage,
    TooManyFiles,
    TooManyPixels,
    TruncatedImage,
    UnsupportedImageFormat,
    UnsupportedMediaType,
    openapi_responses,
)
from app.schemas import SERVED_PATTERN, PredictAnswer
from app.services.predict import Upload, predict_pictures
from app.settings import Settings

router = APIRouter(tags=["predictions"])

REFUSED = openapi_responses(
    MalformedRequest,
    JobNotFound,
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
        pattern=SERVED_PATTERN,
        description="NAME, NAME:VERSION, or job:ID for the newest checkpoint of a job; else the newest version of any.",
    ),
]


@router.post("/predict", responses=REFUSED, response_model_exclude_unset=True, openapi_extra=BODY)
async def predict(
    request: Request,
    served: ServedModelsDependency,
    settings: SettingsDependency,
    model: ModelQuery = None,
) -> PredictAnswer:
    """Say what is in one picture or in several; a picture gets the same answer alone or among others."""
    async with _uploads(request, settings=settings) as uploads:
        return await run_in_threadpool(predict_pictures, uploads, model=model, served=served, settings=settings)


@asynccontextmanager
async def _uploads(request: Request, *, settings: Settings) -> AsyncIterator[list[Upload]]:
    """Give the pictures of a request, from its form or its whole body."""
    kind = content_type(request)
    if kind.startswith("image/"):
        yield [await _body(request, most=settings.max_image_bytes)]
    elif kind == FORM:
        form = await _form(request, most=settings.max_files)
        try:
            yield list(_files(form))
        finally:
            await form.close()
    else:
        raise UnsupportedMediaType(
            f"the body is {kind or 'of no type'}; right is {FORM} with fields `file`, or a picture's bytes as image/..."
        )


async def _body(request: Request, *, most: int) -> Upload:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise FileTooLarge(f"the picture has more than {most} bytes, which is the most that is read")
    return Upload(filename=None, file=BytesIO(content), size=len(content))


async def _form(request: Request, *, most: int) -> FormData:
    try:
        return await request.form(max_files=most)
    except HTTPException as error:
        if error.detail.startswith("Too many files"):  # Starlette has no other sign of it
            raise TooManyFiles(f"the form has more than {most} files; send them in several requests") from error
        raise


def _files(form: FormData) -> Iterator[Upload]:
    refuse_unknown(list(form), known=["file"])
    for file in form.getlist("file"):
        if not isinstance(file, UploadFile):
            raise _invalid_file("the field holds text; it must be a file, with a name")
        yield Upload(filename=file.filename, file=file.file, size=file.size or 0)
    if "file" not in form:
        raise _invalid_file("there is no picture; send one or more files as fields named `file`")


def _invalid_file(detail: str) -> InvalidRequest:
    return InvalidRequest(f"/file: {detail}", errors=[FieldProblem(pointer="/file", detail=detail)])
