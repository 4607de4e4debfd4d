"""A bound on the bytes of a body, judged before and while it comes in."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Middleware that stops reading a body that is too large; whoever reads it raises the 413."""

    def __init__(self, app: ASGIApp, *, json_bytes: int, other_bytes: int) -> None:
        self._app = app
        self._json_bytes = json_bytes
        self._other_bytes = other_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with its bytes counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(reversed(scope["headers"]))  # of two with one name, the first one counts
        is_json = b"json" in headers.get(b"content-type", b"json") and b"inference-header-content-length" not in headers
        limit = self._json_bytes if is_json else self._other_bytes
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
