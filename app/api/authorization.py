"""Who may do what: each request is judged by its key before anything else looks at it."""

from collections.abc import Mapping
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from app.api.problems import problem_response
from app.errors import Forbidden, ServiceError, Unauthorized
from app.schemas.keys import Scope
from app.services.keys import Keyring

OPEN: Final = ("/livez", "/readyz", "/docs", "/openapi.json", "/static")
"""Paths, and what is below them, that need no key: health, and what the page and the documentation are made of."""
FOR_PREDICTIONS: Final = ("/predict", "/explain", "/pixels", "/forward", "/v2", "/activations.png")
ALLOWS: Final[Mapping[Scope, frozenset[Scope]]] = {
    "predict": frozenset({"predict"}),
    "train": frozenset({"predict", "train"}),
    "admin": frozenset({"predict", "train", "admin"}),
}


class Authorization:
    """Middleware that lets a request pass if its key allows what it asks for; where keys are off, all pass."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 401 or 403."""
        if scope["type"] == "http":
            error = await _refusal(scope)
            if error is not None:
                await problem_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _refusal(scope: Connection) -> ServiceError | None:
    keyring: Keyring | None = scope["app"].state.keyring
    if keyring is None or (needed := needed_scope(scope["method"], scope["path"])) is None:
        return None
    found = await _bearer(scope, keyring)
    if found is None:
        told = "a key is needed: send the header `Authorization: Bearer KEY` with one that has not been revoked"
        return Unauthorized(told, headers={"WWW-Authenticate": "Bearer"})
    scope.setdefault("state", {})["key"], has = found
    if needed not in ALLOWS[has]:
        return Forbidden(f"this needs a key of scope {needed}; the one that was sent has scope {has}")
    return None


async def _bearer(scope: Connection, keyring: Keyring) -> tuple[str, Scope] | None:
    kind, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given:
        return None
    try:
        return keyring.known(given.strip())
    except KeyError:
        return await run_in_threadpool(keyring.find, given.strip())


def needed_scope(method: str, path: str) -> Scope | None:
    """Return which scope a request needs; None where it needs no key at all."""
    if path == "/" or _is_below(path, OPEN):
        return None
    if _is_below(path, ("/keys",)):
        return "admin"
    if _is_below(path, FOR_PREDICTIONS) or (method in {"GET", "HEAD"} and _is_below(path, ("/models",))):
        return "predict"
    return "train"


def _is_below(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(place + "/") for place in places)
