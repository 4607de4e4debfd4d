"""Errors as application/problem+json (RFC 9457), whoever raises them."""

import difflib
import json
import re
import reprlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from app.errors import (
    PROBLEM_MEDIA_TYPE,
    BodyTooLarge,
    FieldProblem,
    InternalError,
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    PathNotFound,
    ServiceError,
    StorageFull,
    Unavailable,
    UnsupportedMediaType,
    problem,
)
from app.schemas.fields import PATTERNS_IN_WORDS
from app.schemas.pointers import pointers_of
from app.schemas.request import Request as Body
from app.services.decoder import Gone
from app.storage.room import is_full, will_pass
from nncore.errors import NncoreError

INFERENCE_PROTOCOL = re.compile(r"/v2(/|$)")
MOST_TOLD = 100
"""How many faults of a body an answer lists: to find the nearest field for each of 80,000 takes seconds."""
SECONDS_UNTIL_ROOM = 60
SECONDS_UNTIL_REACHED = 5
BY_STATUS: Final[Mapping[int, type[ServiceError]]] = {
    400: MalformedRequest,
    404: PathNotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
}


class ProblemResponse(Response):
    """A problem, which leaves its code in the request's scope as `problem`, for logs and measurements.

    Below /v2 it is told as the Open Inference Protocol has it. ASCII alone, so that no text a client sent can break it.
    """

    def __init__(self, told: Mapping[str, Any], *, headers: Mapping[str, str] | None) -> None:
        super().__init__(json.dumps(told), status_code=told["status"], headers=headers, media_type=PROBLEM_MEDIA_TYPE)
        self._told = told
        self._more_headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        scope["problem"] = self._told["code"]
        if INFERENCE_PROTOCOL.match(scope["path"]):
            content = json.dumps({"error": self._told["detail"]})
            answer = Response(content, self.status_code, headers=self._more_headers, media_type="application/json")
            await answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def answer_problems(app: FastAPI) -> None:
    """Have the application answer every error with a problem."""
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.add_exception_handler(Exception, _answer_unexpected)


async def error_response(request: Request, error: Exception) -> Response:
    """Return the answer for an error of a KNOWN kind, as the application answers it."""
    return await next(_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS)(request, error)


def problem_response(error: NncoreError) -> Response:
    """Return the answer for an error."""
    return ProblemResponse(problem(error), headers=error.headers if isinstance(error, ServiceError) else None)


def unexpected_response(error: Exception) -> Response:
    """Return the answer for an error that nobody foresaw, or for what may be met anywhere and passes by itself."""
    if is_full(error):
        detail = "the disk of the service is full, so nothing of this was kept; try again once there is room"
        return problem_response(StorageFull(detail, headers={"Retry-After": str(SECONDS_UNTIL_ROOM)}))
    if will_pass(error):
        detail = "the database cannot be reached at present; try again in a moment"
        return problem_response(Unavailable(detail, headers={"Retry-After": str(SECONDS_UNTIL_REACHED)}))
    return problem_response(InternalError("the service has met an error of its own; its log has the details"))


async def _answer(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NncoreError)  # noqa: S101, Starlette's type is wider than its promise
    return problem_response(error)


async def _answer_nobody(_request: Request, _error: Exception) -> Response:
    """Whoever asked has left: the status, which others use for this too, is for what stands between us and them."""
    return Response(status_code=499)


async def _answer_unexpected(_request: Request, error: Exception) -> Response:
    return unexpected_response(error)


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    kind = BY_STATUS.get(error.status_code)
    if kind is None:
        kind = type("Other", (ServiceError,), {"status": error.status_code, "code": "http-error"})
    return problem_response(kind(_detail(request, error), headers=_headers(request, error)))


def _detail(request: Request, error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"there is no {request.url.path} here; /docs shows what there is"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.url.path} does not take {request.method}, but {', '.join(_methods(request))}"
    return error.detail


def _headers(request: Request, error: HTTPException) -> dict[str, str]:
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
    return headers


def _methods(request: Request) -> list[str]:
    """Return the methods that the path takes: Starlette tells those of the first function alone."""
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    for template, operations in paths.items():
        if _matches(template, request.url.path):
            return sorted(method.upper() for method in operations)
    return ["GET", "HEAD"]


def _matches(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        part == other or part.startswith("{") for part, other in zip(wanted, given, strict=True)
    )


async def _answer_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    content_type = request.headers.get("content-type", "")
    return problem_response(_of_faults(error.errors(), content_type=content_type, known=_known_fields(request)))


def _known_fields(request: Request) -> Mapping[str, str]:
    """Return the pointers of the fields that the body of this request may have, by their names."""
    field = getattr(request.scope.get("route"), "body_field", None)
    kind = field and field.field_info.annotation
    return pointers_of(kind) if isinstance(kind, type) and issubclass(kind, Body) else {}


def _of_faults(faults: Sequence[Any], *, content_type: str, known: Mapping[str, str]) -> ServiceError:
    first = faults[0]
    if first["type"] == "json_invalid":
        return MalformedRequest(f"the body is no JSON: {first['ctx']['error']} at character {first['loc'][-1]}")
    if first["loc"] == ("body",) and "json" not in content_type and isinstance(first["input"], bytes):
        return UnsupportedMediaType(f"the body is {content_type or 'of no type'}; application/json is right")
    told = faults[:MOST_TOLD]
    fields = [FieldProblem(pointer=_pointer(fault), detail=_text(fault, known=known)) for fault in told]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return InvalidRequest(f"{fields[0].pointer or 'the body'}: {fields[0].detail}{more}", errors=fields)


def _pointer(fault: Any) -> str:
    """Return the JSON pointer of a fault: into the body, or to a part of the URL as /query/limit."""
    parts = list(fault["loc"])
    if fault["type"] != "extra_forbidden":  # where a field may be of several types, pydantic adds each one's name
        parts = [part for part in parts if not (isinstance(part, str) and "[" in part)]
    if parts and parts[0] == "body":
        del parts[0]
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _text(fault: Any, *, known: Mapping[str, str]) -> str:
    if fault["type"] == "extra_forbidden":
        return _unknown_text(str(fault["loc"][-1]), known=known)
    if fault["type"] == "missing":
        return str(fault["msg"])
    if fault["loc"][-1] == "secret":
        return str(fault["msg"])
    right = PATTERNS_IN_WORDS.get(fault.get("ctx", {}).get("pattern"), fault["msg"])
    return f"{right}; got {reprlib.repr(fault['input'])}"


def _unknown_text(name: str, *, known: Mapping[str, str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1)
    told = f"; the nearest one is {known[nearest[0]]}" if nearest else ""
    return f"{reprlib.repr(name)} is no known field{told}"


_HANDLERS: Final[Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]] = {
    NncoreError: _answer,
    RequestValidationError: _answer_validation,
    HTTPException: _answer_http,
    ClientDisconnect: _answer_nobody,
    Gone: _answer_nobody,
}
KNOWN: Final = tuple(_HANDLERS)
"""Errors that have an answer of their own; any other is one of the service itself."""
