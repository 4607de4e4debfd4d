"""Pictures that come with a request: as files of a form, or one as the whole body."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from app.api.form import FORM, content_type, refuse_unknown
from app.errors import (
    BodyTooLarge,
    EmptyFile,
    FieldProblem,
    FileTooLarge,
    InvalidRequest,
    MalformedRequest,
    NotAnImage,
    ServiceError,
    TooCostly,
    TooManyFiles,
    TooManyPixels,
    TruncatedImage,
    UnsupportedImageFormat,
    UnsupportedMediaType,
)
from app.services.uploaded_pictures import Upload
from app.settings import Settings

REFUSALS: tuple[type[ServiceError], ...] = (
    MalformedRequest,
    BodyTooLarge,
    FileTooLarge,
    TooManyFiles,
    TooManyPixels,
    TooCostly,
    UnsupportedMediaType,
    InvalidRequest,
    EmptyFile,
    NotAnImage,
    TruncatedImage,
    UnsupportedImageFormat,
)
"""What may be said of pictures that come with a request."""
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


@asynccontextmanager
async def uploads(request: Request, *, settings: Settings) -> AsyncIterator[list[Upload]]:
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
