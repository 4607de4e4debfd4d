"""Pictures that come with a request: as files of a form, or one as the whole body."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from app.api.body import Body
from app.api.form import FORM, media_type, text
from app.api.picture_form import SentFile, form_files
from app.api.usual_form import only_file
from app.errors import (
    BodyTooLarge,
    EmptyFile,
    FileTooLarge,
    InvalidRequest,
    MalformedRequest,
    NotAnImage,
    Overloaded,
    ServiceError,
    Stopping,
    TooCostly,
    TooManyFiles,
    TooManyPixels,
    TruncatedImage,
    UnsupportedImageFormat,
    UnsupportedMediaType,
)
from app.images import Picture
from app.services.decoder import Decoder
from app.services.predict import Seen
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
    Overloaded,
    Stopping,
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


async def seen_pictures(body: Body, *, decoder: Decoder, settings: Settings) -> list[Seen]:
    """Return what became of each file of a request; large ones are decoded side by side while the next come in."""
    body.refuse_compressed("pictures")
    if media_type(body.content_type) == FORM:  # nearly all have one picture, which needs neither generators nor a list
        usual = only_file(await body.at_once(), content_type=body.content_type)
        if usual is not None and len(usual[1]) <= settings.max_image_bytes:
            return [Seen(text(usual[0]), await (await decoder.begin(usual[1], is_gone=body.is_gone)))]
    begun: list[tuple[str | None, asyncio.Future[Picture | ServiceError] | ServiceError]] = []
    async for file in _files(body, settings=settings):
        picture: asyncio.Future[Picture | ServiceError] | ServiceError
        if isinstance(file.content, ServiceError):
            picture = file.content
        else:
            picture = await decoder.begin(file.content, is_gone=body.is_gone, behind=len(begun))
        begun.append((file.filename, picture))
    return [Seen(name, picture if isinstance(picture, ServiceError) else await picture) for name, picture in begun]


def _files(body: Body, *, settings: Settings) -> AsyncIterator[SentFile]:
    """Return the files of a request as they come, from its form or its whole body."""
    kind = media_type(body.content_type)
    if kind.startswith("image/"):
        return _whole(body, most=settings.max_image_bytes)
    if kind == FORM:
        return form_files(body, most=settings.max_files, most_bytes=settings.max_image_bytes)
    raise UnsupportedMediaType(
        f"the body is {kind or 'of no type'}; right is {FORM} with fields `file`, or a picture's bytes as image/..."
    )


async def _whole(body: Body, *, most: int) -> AsyncIterator[SentFile]:
    """Yield the one file that a whole body is."""
    content = bytearray()
    if body.announced <= most:  # else its client may still wait to be asked for it
        async for chunk in body:
            content += chunk
            if len(content) > most:
                break
    if max(len(content), body.announced) > most:
        raise FileTooLarge(f"the picture has more than {most} bytes, which is the most that is read")
    yield SentFile(filename=None, content=bytes(content))
