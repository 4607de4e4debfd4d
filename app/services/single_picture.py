"""Take the one picture of a request that is about one."""

from collections.abc import Sequence

from app.errors import InvalidRequest, ServiceError
from app.images import Picture, to_png
from app.services.predict import Seen


def single_picture(files: Sequence[Seen]) -> Picture:
    """Return the one picture; raises InvalidRequest for several, and the error of a file that is none."""
    if len(files) > 1:
        detail = f"there are {len(files)} pictures; this takes one"
        raise InvalidRequest.at("/file", detail)
    [file] = files
    if isinstance(file.picture, ServiceError):
        raise file.picture
    return file.picture


def draw_pixels(files: Sequence[Seen]) -> bytes:
    """Return the one picture as the network sees it, as PNG; raises as `single_picture` does."""
    return to_png(single_picture(files).pixels)
