"""Forms of the type multipart/form-data: their type, where they begin and end, and the names of their fields."""

import difflib
import reprlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from app.api.preamble import without_preamble
from app.api.strict_route import StrictRoute
from app.errors import FieldProblem, InvalidRequest, MalformedRequest, UnsupportedMediaType

FORM = "multipart/form-data"


class FormRoute(StrictRoute):
    """Hands a form to the parser from its first boundary on, and refuses one that is compressed or cut off."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; raises UnsupportedMediaType."""
        headers = Headers(scope=scope)
        kind, options = parse_options_header(headers.get("content-type", ""))
        if kind == FORM.encode() and options.get(b"boundary"):
            encoding = headers.get("content-encoding", "identity").strip().lower()
            if encoding not in ("", "identity"):
                told = f"the body is compressed with {reprlib.repr(encoding)}"
                raise UnsupportedMediaType(f"{told}; forms are read as they are, without Content-Encoding")
            receive = _Form(receive, boundary=options[b"boundary"]).receive
        await super().handle(scope, receive, send)


class _Form:
    """The messages of a body, from the first boundary of its form on; the last one only comes after its closing one."""

    def __init__(self, receive: Receive, *, boundary: bytes) -> None:
        self._receive = receive
        self._closing = b"\n--" + boundary + b"--"
        self._pieces = without_preamble(self._body(), boundary=boundary)
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

    async def _body(self) -> AsyncIterator[bytes]:
        is_whole = False
        while not is_whole:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            is_whole = not message.get("more_body", False)
            if message.get("body"):
                yield message["body"]


def content_type(request: Request) -> str:
    """Return the type of the body, without its parameters; empty where none is told."""
    return media_type(request.headers.get("content-type", ""))


def media_type(told: str) -> str:
    """Return a media type without its parameters."""
    return told.partition(";")[0].strip().lower()


def text(value: bytes) -> str:
    """Return the name of a field or of a file."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def check_fields(request: Request, *, files: Sequence[str], texts: Sequence[str] = ()) -> None:
    """Raise UnsupportedMediaType for what is no form.

    Raises InvalidRequest for a field that is not known, is there twice, or holds text instead of a file or a file
    instead of text.
    """
    if content_type(request) != FORM:
        raise UnsupportedMediaType(f"the body is {content_type(request) or 'of no type'}; {FORM} is right")
    given = (await request.form()).multi_items()
    refuse_unknown([name for name, _ in given], known=[*texts, *files])
    counts = Counter(name for name, _ in given)
    problems = [_twice(name) for name, count in counts.items() if count > 1]  # of which the last alone would count
    problems += [_not_text(name) for name, value in given if name in texts and not isinstance(value, str)]
    problems += [_no_file(name) for name, value in given if name in files and isinstance(value, str) and value]
    if problems:
        raise InvalidRequest(f"{problems[0].pointer}: {problems[0].detail}", errors=problems)


def refuse_unknown(given: Sequence[str], *, known: Sequence[str]) -> None:
    """Raise InvalidRequest with a pointer to each field that is not known, and the nearest one that is."""
    problems = [_unknown(name, known=known) for name in given if name not in known]
    if problems:
        raise InvalidRequest(problems[0].detail, errors=problems)


def _twice(name: str) -> FieldProblem:
    return FieldProblem(pointer=f"/{name}", detail="the field is there more than once; once is right")


def _not_text(name: str) -> FieldProblem:
    return FieldProblem(pointer=f"/{name}", detail="the field holds a file; it must be text")


def _no_file(name: str) -> FieldProblem:
    return FieldProblem(pointer=f"/{name}", detail="the field holds text; it must be a file, with a name")


def _unknown(name: str, *, known: Sequence[str]) -> FieldProblem:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return FieldProblem(
        pointer=pointer, detail=f"{reprlib.repr(name)} is no known field; the nearest one is /{nearest}"
    )
