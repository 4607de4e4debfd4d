"""Pictures, most of them as PNG, that a browser need not fetch twice."""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header, Response

PNG = "image/png"
PNG_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {PNG: {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "Unchanged"},
}
IfNoneMatch = Annotated[str, Header()]


def png_answer(draw: Callable[[], bytes], *, of: object, if_none_match: str, media_type: str = PNG) -> Response:
    """Answer with a picture, or 304 without drawing it again; `of` is all that it depends on, in its repr."""
    tag = f'"{sha256(repr(of).encode()).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}  # kept, but asked for again: a name may get new content
    if if_none_match.strip() == "*" or tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(draw(), headers=headers, media_type=media_type)
