"""Read the pictures that come with a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import FieldProblem, FileTooLarge, InvalidRequest, ServiceError
from app.images import Picture, read_image, to_png
from app.settings import Settings


@dataclass(frozen=True)
class Upload:
    """A file that should be a picture; its size is in bytes."""

    filename: str | None
    file: BinaryIO
    size: int


def read_pictures(uploads: Sequence[Upload], *, settings: Settings) -> list[Picture | ServiceError]:
    """Return each picture, with an error in the place of a file that is none; raises it for a file that is alone."""
    pictures = [_read(upload, settings=settings) for upload in uploads]
    if len(pictures) == 1 and isinstance(pictures[0], ServiceError):
        raise pictures[0]
    return pictures


def read_picture(uploads: Sequence[Upload], *, settings: Settings) -> Picture:
    """Return the one picture; raises InvalidRequest for several, and the error of a file that is none."""
    if len(uploads) > 1:
        detail = f"there are {len(uploads)} pictures; this takes one"
        raise InvalidRequest(detail, errors=[FieldProblem(pointer="/file", detail=detail)])
    [picture] = read_pictures(uploads, settings=settings)
    assert isinstance(picture, Picture)  # noqa: S101, the error of a single file has been raised
    return picture


def draw_pixels(uploads: Sequence[Upload], *, settings: Settings) -> bytes:
    """Return the one picture as the network sees it, as PNG; raises as `read_picture` does."""
    return to_png(read_picture(uploads, settings=settings).pixels)


def _read(upload: Upload, *, settings: Settings) -> Picture | ServiceError:
    try:
        if upload.size > settings.max_image_bytes:
            raise FileTooLarge(f"the file has {upload.size} bytes; at most {settings.max_image_bytes} are read")
        return read_image(upload.file.read(), max_pixels=settings.max_pixels, formats=settings.formats)
    except ServiceError as error:
        return error
