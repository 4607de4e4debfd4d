"""How many requests a second are answered, in all and of one client; health is always answered."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.errors import TooManyRequests

ALWAYS = ("/livez", "/readyz")
MOST_CLIENTS = 10_000


class Bucket:
    """Holds a second's requests, at least one, and is filled again evenly (a token bucket)."""

    def __init__(self, rate: float, *, now: float) -> None:
        self.rate = rate
        self.size = max(1.0, rate)
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
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take requests a second; None is no limit."""
        self._app = app
        self._of_one = of_one
        self._clock = clock
        self._in_all = None if in_all is None else Bucket(in_all, now=clock())
        self._clients: OrderedDict[str, Bucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 429."""
        buckets = [] if scope["type"] != "http" or scope["path"] in ALWAYS else self._buckets(scope)
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
        bucket = self._clients.pop(name, None) or Bucket(rate, now=self._clock())
        self._clients[name] = bucket
        if len(self._clients) > MOST_CLIENTS:
            self._clients.popitem(last=False)
        return bucket


def _client(scope: Scope) -> str:
    key: str | None = scope.get("state", {}).get("key")
    return f"key {key}" if key else f"address {(scope.get('client') or ('', 0))[0]}"


def _refusal(bucket: Bucket, *, left: float) -> ASGIApp:
    seconds = math.ceil((1 - left) / bucket.rate)
    error = TooManyRequests(
        f"more than {bucket.rate:g} requests a second came; the next is answered in {seconds} s",
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
