"""How many requests a second are answered, in all and of one client; health and the page are always answered."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.errors import TooManyRequests

ALWAYS = ("/livez", "/readyz", "/metrics", "/")
FILES = ("/static/", "/docs/static/")
"""What a browser asks for by the dozen."""
MOST_CLIENTS = 10_000


class Bucket:
    """Holds a second's requests, at least one, and is filled again evenly (a token bucket).

    `rate` is of all processes together; each has its part.
    """

    def __init__(self, rate: float, *, processes: int, now: float) -> None:
        self.whole, self.processes = rate, processes
        self.rate = rate / processes
        self.size = max(1.0, self.rate)
        self._left = self.size
        self._then = now

    def left(self, now: float) -> float:
        """Return how many requests may come now."""
        self._left = min(self.size, self._left + (now - self._then) * self.rate)
        self._then = now
        return self._left

    def take(self) -> None:
        """Count one request."""
        self._left -= 1


class RateLimit:
    """Middleware that answers 429 to what is too much, and tells all others how much they have left."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        in_all: float | None,
        of_one: float | None,
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take requests a second, of which each process answers its part; None is no limit."""
        self._app = app
        self._of_one = of_one
        self._processes = processes
        self._clock = clock
        self._in_all = None if in_all is None else self._bucket(in_all)
        self._clients: OrderedDict[str, Bucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 429."""
        buckets = [] if scope["type"] != "http" or _is_free(scope) else self._buckets(scope)
        if not buckets:
            await self._app(scope, receive, send)
            return
        now = self._clock()
        tightest = min(buckets, key=lambda bucket: bucket.left(now))
        left = tightest.left(now)
        if left < 1:
            await _refusal(tightest, left=left)(scope, receive, send)
            return
        for bucket in buckets:
            bucket.take()
        await self._app(scope, receive, _told(send, tightest, left=left - 1))

    def _buckets(self, scope: Scope) -> list[Bucket]:
        found = [] if self._in_all is None else [self._in_all]
        if self._of_one is not None:
            found.append(self._client(_client(scope), rate=self._of_one))
        return found

    def _client(self, name: str, *, rate: float) -> Bucket:
        bucket = self._clients.pop(name, None) or self._bucket(rate)
        self._clients[name] = bucket
        if len(self._clients) > MOST_CLIENTS:
            self._clients.popitem(last=False)
        return bucket

    def _bucket(self, rate: float) -> Bucket:
        return Bucket(rate, processes=self._processes, now=self._clock())


def _is_free(scope: Scope) -> bool:
    """Whether a request does not count; one that is refused always does, so that nobody can try keys without end."""
    path = scope["path"]
    return (path in ALWAYS or path.startswith(FILES)) and "refusal" not in scope.get("state", {})


def _client(scope: Scope) -> str:
    key: str | None = scope.get("state", {}).get("key")
    return f"key {key}" if key else f"address {(scope.get('client') or ('', 0))[0]}"


def _refusal(bucket: Bucket, *, left: float) -> ASGIApp:
    seconds = math.ceil((1 - left) / bucket.rate)
    part = "" if bucket.processes == 1 else f", or its part of them to one of {bucket.processes} processes"
    error = TooManyRequests(
        f"more than {bucket.whole:g} requests a second came{part}; the next is answered in {seconds} s",
        headers={"Retry-After": str(seconds)} | _headers(bucket, left=0),
    )
    return problem_response(error)


def _told(send: Send, bucket: Bucket, *, left: float) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_headers(bucket, left=left))
        await send(message)

    return send_with_headers


def _headers(bucket: Bucket, *, left: float) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(math.floor(bucket.size)),
        "RateLimit-Remaining": str(max(0, math.floor(left))),
        "RateLimit-Reset": str(math.ceil((bucket.size - left) / bucket.rate)),
    }
