"""The body of a request while it comes in, and whether anybody still waits for the answer."""

import reprlib
import time

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.api.header import header
from app.errors import UnsupportedMediaType


class Body:
    """Reads a body once, piece by piece."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.content_type = header(request.scope, b"content-type").decode("latin-1")
        """What the client says it is, with parameters; empty where it says nothing."""
        self._is_whole = False
        self._kept: bytes | None = None
        self.seconds = 0.0
        """How long its bytes let us wait so far."""

    @property
    def announced(self) -> int:
        """How many bytes the client says there are; 0 where it says nothing."""
        told = header(self._request.scope, b"content-length")
        return int(told) if told.isdigit() else 0

    def refuse_compressed(self, what: str) -> None:
        """Raise UnsupportedMediaType where the client says that it is compressed; `what` is read as it comes."""
        encoding = header(self._request.scope, b"content-encoding").decode("latin-1").strip().lower()
        if encoding not in ("", "identity"):
            told = f"the body is compressed with {reprlib.repr(encoding)}"
            raise UnsupportedMediaType(f"{told}; {what} are read as they are, without Content-Encoding")

    async def at_once(self) -> bytes:
        """Return the body if its first piece is all of it, else nothing; all of it is still to be read."""
        self._kept = await anext(self)
        return self._kept if self._is_whole else b""

    def __aiter__(self) -> "Body":
        """Return itself: whoever goes on reads on."""
        return self

    async def __anext__(self) -> bytes:
        """Return the next bytes as they come; raises ClientDisconnect, and HTTPException where there are too many."""
        if self._kept is not None:
            kept, self._kept = self._kept, None
            return kept
        if self._is_whole:
            raise StopAsyncIteration
        began = time.perf_counter()
        message = await self._request.receive()
        self.seconds += time.perf_counter() - began
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        self._is_whole = not message.get("more_body", False)
        body: bytes = message.get("body", b"")
        return body

    async def is_gone(self) -> bool:
        """Whether the client has left; not told before the body is whole, since to ask would lose a piece of it."""
        return self._is_whole and await self._request.is_disconnected()
