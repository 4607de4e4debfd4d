"""A bound on the bytes of a body, judged before and while it comes in."""

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
        """Pass the request on, with its bytes counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._upload_bytes if UPLOADS.fullmatch(scope["path"]) else self._json_bytes
        headers = dict(reversed(scope["headers"]))  # of two with one name, the first one counts
        length = headers.get(b"content-length", b"")
        await self._app(scope, _Counted(receive, limit=limit, announced=length), send)


class _Counted:
    """A `receive` that raises once there are too many bytes, or as many are announced."""

    def __init__(self, receive: Receive, *, limit: int, announced: bytes) -> None:
        self._receive = receive
        self._limit = limit
        self._bytes = int(announced) if announced.isdigit() else 0
        self._announced = self._bytes

    async def __call__(self) -> Message:
        self._check(self._announced)
        message = await self._receive()
        if message["type"] == "http.request":
            self._bytes = self._bytes + len(message.get("body", b"")) if not self._announced else self._announced
            self._check(self._bytes)
        return message

    def _check(self, count: int) -> None:
        if count > self._limit:
            raise HTTPException(413, detail=f"the body has {count} bytes or more; at most {self._limit} are taken here")
