"""A route that takes a form: from its first boundary on, whole, and as it is."""

from http import HTTPStatus

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from app.api.body import Body
from app.api.form import FORM
from app.api.preamble import without_preamble
from app.api.strict_route import StrictRoute
from app.errors import MalformedRequest


class FormRoute(StrictRoute):
    """Hands a form to the parser from its first boundary on, and refuses one that is compressed or cut off."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; raises UnsupportedMediaType."""
        body = Body(Request(scope, receive))
        kind, options = parse_options_header(body.content_type)
        if kind == FORM.encode() and options.get(b"boundary"):
            body.refuse_compressed("forms")
            receive = _Form(body, receive, boundary=options[b"boundary"]).receive
        await super().handle(scope, receive, send)


class _Form:
    """The messages of a body, from the first boundary of its form on; the last one only comes after its closing one."""

    def __init__(self, body: Body, receive: Receive, *, boundary: bytes) -> None:
        self._receive = receive
        self._closing = b"\n--" + boundary + b"--"
        self._pieces = without_preamble((piece async for piece in body if piece), boundary=boundary)
        self._tail = b""
        self._is_closed = False
        self._is_over = False

    async def receive(self) -> Message:
        """Return the next message; raises HTTPException, which is what FastAPI lets through, for what is no form."""
        if self._is_over:
            return await self._receive()
        try:
            piece = await anext(self._pieces, b"")
        except MalformedRequest as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, detail=str(error)) from error
        if piece:
            self._look_for_end(piece)
            return {"type": "http.request", "body": piece, "more_body": True}
        if not self._is_closed:
            detail = "the form ends before its closing boundary; send all of it"
            raise HTTPException(HTTPStatus.BAD_REQUEST, detail=detail)
        self._is_over = True
        return {"type": "http.request", "body": b"", "more_body": False}

    def _look_for_end(self, piece: bytes) -> None:
        if not self._is_closed:
            read = self._tail + piece
            self._is_closed = self._closing in read
            self._tail = read[-len(self._closing) :]
