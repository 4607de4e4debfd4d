"""Who may do what: each request is judged by its key before anything else looks at it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from app.api.problems import problem_response
from app.errors import Forbidden, ServiceError, Unauthorized
from app.schemas.fields import RESERVED_MODEL_NAME
from app.schemas.keys import Scope
from app.services.keys import Keyring

OPEN: Final = ("/livez", "/readyz", "/docs", "/openapi.json", "/static")
"""Paths, and what is below them, that need no key: health, and what the page and the documentation are made of."""
FOR_PREDICTIONS: Final = ("/predict", "/explain", "/pixels", "/forward", "/v2", "/activations.png")
OF_A_JOB: Final = f"{RESERVED_MODEL_NAME}:"
OF_A_DATASET: Final = ["hardest"]
"""What of a version (/models/NAME/versions/NUMBER/...) shows its dataset."""
SCOPE_HEADER: Final = "Key-Scope"
ALLOWS: Final[Mapping[Scope, frozenset[Scope]]] = {
    "predict": frozenset({"predict"}),
    "train": frozenset({"predict", "train"}),
    "admin": frozenset({"predict", "train", "admin"}),
}


class Authorization:
    """Middleware that judges a request by its key; where keys are off, it is not there.

    What is refused goes on as far as Refusals, with the error as `refusal` in its state, so that it is counted first:
    who tries keys meets the limit on requests. The answer to a key that opens something tells its scope.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Pass the request on, with the id of its key and what speaks against it."""
        if scope["type"] == "http":
            error = await _refusal(scope)
            state = scope.get("state", {})
            if error is not None:
                state["refusal"] = error
            if "key_scope" in state:
                send = _told(send, state["key_scope"])
        await self._app(scope, receive, send)


class Refusals:
    """Middleware that answers 401 or 403 to what was refused."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        error = scope.get("state", {}).get("refusal") if scope["type"] == "http" else None
        await (self._app if error is None else problem_response(error))(scope, receive, send)


async def _refusal(scope: Connection) -> ServiceError | None:
    needed = needed_scope(scope["method"], scope["path"], scope["query_string"])
    if needed is None:
        return None
    state = scope.setdefault("state", {})
    found = await _bearer(scope, scope["app"].state.keyring)
    if found is None:
        told = "a key is needed: send the header `Authorization: Bearer KEY` with one that has not been revoked"
        return Unauthorized(told, headers={"WWW-Authenticate": "Bearer"})
    state["key"], state["key_scope"] = found
    if needed not in ALLOWS[found[1]]:
        return Forbidden(f"this needs a key of scope {needed}; the one that was sent has scope {found[1]}")
    return None


def _told(send: Send, has: Scope) -> Send:
    async def send_with_scope(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)[SCOPE_HEADER] = has
        await send(message)

    return send_with_scope


async def _bearer(scope: Connection, keyring: Keyring) -> tuple[str, Scope] | None:
    kind, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given:
        return None
    try:
        return keyring.known(given.strip())
    except KeyError:
        return await run_in_threadpool(keyring.find, given.strip())


def needed_scope(method: str, path: str, query: bytes = b"") -> Scope | None:
    """Return which scope a request needs; None where it needs no key at all."""
    if path == "/" or _is_below(path, OPEN):
        return None
    if _is_below(path, ("/keys",)):
        return "admin"
    if _is_below(path, FOR_PREDICTIONS):
        return "train" if _asks_a_job(query) else "predict"
    if method in {"GET", "HEAD"} and _is_below(path, ("/models",)) and path.split("/")[5:] != OF_A_DATASET:
        return "predict"
    return "train"


def _asks_a_job(query: bytes) -> bool:
    """Whether a job is to answer, before it is a model."""
    pairs = parse_qsl(query.decode("latin-1")) if query else []
    return any(name == "model" and value.startswith(OF_A_JOB) for name, value in pairs)


def _is_below(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(place + "/") for place in places)
