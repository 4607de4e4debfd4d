"""One line of the log for each request, under an id that its answer carries."""

import asyncio
import os
import re
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.header import header
from app.api.problems import problem_response, unexpected_response
from app.api.response_headers import HEADERS
from app.errors import Stopping
from app.measurements import Measurements

ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
UNTOLD = ("/livez", "/readyz")
"""Paths that somebody asks every few seconds."""


class RequestLog:
    """Middleware that gives each request an id, its client's own if that is one, and tells how it was answered.

    The id stands as `request` in each line that is logged meanwhile. Of the request itself the line has the method and
    the path alone: no query, no header, nothing of the body. Each answer also gets the headers that all have.
    """

    def __init__(self, app: ASGIApp, *, measurements: Measurements) -> None:
        self._app = app
        self._measurements = measurements
        self._log = structlog.get_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        began = time.perf_counter()
        status, answered = 0, 0.0

        async def send_with_headers(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id), *HEADERS]
            await send(message)
            answered = time.perf_counter()  # what is done after the answer keeps nobody waiting

        structlog.contextvars.bind_contextvars(request=request_id.decode())  # in the context of this request's task
        try:
            await self._app(scope, receive, send_with_headers)
        except asyncio.CancelledError:  # by the server that stops, which would answer 500
            if status:
                raise
            await problem_response(Stopping())(scope, receive, send_with_headers)
        except Exception as error:
            self._log.error("request failed", exc_info=error)
            if status:  # the answer has begun, and can only be broken off
                raise
            await unexpected_response(error)(scope, receive, send_with_headers)
        finally:
            self._tell(scope, status=status, seconds=(answered or time.perf_counter()) - began)

    def _tell(self, scope: Scope, *, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None)
        self._measurements.request(method=scope["method"], route=route, status=status, seconds=seconds)
        told = {"method": scope["method"], "path": scope["path"], "status": status}
        if "problem" in scope:
            told["code"] = scope["problem"]
            self._measurements.problem(scope["problem"])
        if scope["path"] not in UNTOLD:
            self._log.info("request", **told, milliseconds=round(1000 * seconds, 3))


def _request_id(scope: Scope) -> bytes:
    given = header(scope, b"x-request-id")
    return given if ID.fullmatch(given) else os.urandom(16).hex().encode()
