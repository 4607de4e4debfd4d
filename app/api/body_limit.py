"""A bound on the bytes of a body, judged before and while it comes in."""

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.header import header

UPLOADS = re.compile(
    r"/(predict|explain|pixels|forward|datasets|models/[^/]+/versions|v2/models/[^/]+(/versions/[^/]+)?/infer)"
)
"""Paths that take files; each reads them piece by piece. Elsewhere a body is JSON, whatever it says it is."""


class BodyLimit:
    """Middleware that stops reading a body that is too large; whoever reads it raises the 413."""

    def __init__(self, app: ASGIApp, *, json_bytes: int, upload_bytes: int) -> None:
        self._app = app
        self._json_bytes = json_bytes
        self._upload_bytes = upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with its bytes counted where it does not say how many there are."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._upload_bytes if UPLOADS.fullmatch(scope["path"]) else self._json_bytes
        length = header(scope, b"content-length")
        announced = int(length) if length.isdigit() else 0
        if not 0 < announced <= limit:  # else it is right: a server hands on no more than was announced
            receive = _Counted(receive, limit=limit, announced=announced)
        await self._app(scope, receive, send)


class _Counted:
    """A `receive` that raises once there are too many bytes, or as many are announced."""

    def __init__(self, receive: Receive, *, limit: int, announced: int) -> None:
        self._receive = receive
        self._limit = limit
        self._bytes = announced

    async def __call__(self) -> Message:
        self._check()
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        self._check()
        return message

    def _check(self) -> None:
        if self._bytes > self._limit:
            told = f"the body has {self._bytes} bytes or more; at most {self._limit} are taken here"
            raise HTTPException(413, detail=told)
