"""Where pictures are decoded: small ones at once, large ones in as many threads as there are cores."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import NoReturn, TypeVar

from app.errors import ServiceError, Stopping
from app.images import Judged, Picture, decode, judge, read_image
from app.jpeg import SCAN_MARK
from app.measurements import Measurements

QUICK_BYTES = 64 * 1024
QUICK_PIXELS = 160_000
"""Up to how many a picture is decoded where the request is answered, in about a millisecond: a thread costs as much."""
QUICK_PICTURES = 2
"""How many of one request; a hundred of a millisecond each would keep all others waiting."""
QUICK_SCANNED = 2 * QUICK_PIXELS
"""Up to how many pixels a JPEG has, counted again in each scan."""

Result = TypeVar("Result")
IsGone = Callable[[], Awaitable[bool]]


class Gone(Exception):
    """Nobody waits for the answer any more."""


class Decoder:
    """Turns bytes into pixels without keeping other requests waiting; Pillow decodes outside Python's lock."""

    def __init__(self, *, max_pixels: int, formats: Sequence[str], measurements: Measurements) -> None:
        threads = os.cpu_count() or 1
        self._max_pixels = max_pixels
        self._formats = formats
        self._measurements = measurements
        self._stops = False
        self._turns = asyncio.Semaphore(threads)
        self._quick_turn = asyncio.Lock()  # given back in the loop's next turn: all else has its own in between
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="decoder")

    async def begin(self, data: bytes, *, is_gone: IsGone, behind: int = 0) -> "asyncio.Future[Picture | ServiceError]":
        """Return the picture that is to come, or the error in its place, as soon as a thread has begun to decode it.

        `behind` says how many pictures of the same request came before. Raises Gone where nobody waits for it when its
        turn comes, and Stopping where that comes too late.
        """
        quick = None
        if behind < QUICK_PICTURES:
            quick = quick_decode(data, max_pixels=self._max_pixels, formats=self._formats)
        if quick is None:
            slow = partial(read_image, data, max_pixels=self._max_pixels, formats=self._formats)
            return await self._begin(lambda: self._read(slow), is_gone=is_gone, of_a_picture=True)
        loop = asyncio.get_running_loop()
        await self._quick_turn.acquire()
        loop.call_soon(self._quick_turn.release)
        picture: asyncio.Future[Picture | ServiceError] = loop.create_future()
        picture.set_result(self._read(quick))
        return picture

    async def work(self, call: Callable[[], Result], *, is_gone: IsGone) -> Result:
        """Return what a call returns, made in a thread once it is its turn; raises Gone where nobody waits then."""
        return await (await self._begin(call, is_gone=is_gone))

    def stop(self) -> None:
        """Begin with no more of the pictures that wait for their turn; what has begun is ended."""
        self._stops = True

    def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _begin(
        self, call: Callable[[], Result], *, is_gone: IsGone, of_a_picture: bool = False
    ) -> "asyncio.Future[Result]":
        await self._turns.acquire()
        with ExitStack() as turn:
            turn.callback(self._turns.release)
            if of_a_picture and self._stops:
                raise Stopping
            if await is_gone():
                raise Gone
            result = asyncio.get_running_loop().run_in_executor(self._pool, call)
            turn.pop_all()  # the turn is over when the thread is done
        result.add_done_callback(lambda _: self._turns.release())
        return result

    def _read(self, call: Callable[[], Picture]) -> Picture | ServiceError:
        began = time.perf_counter()
        try:
            picture = call()
        except ServiceError as error:
            self._measurements.refused(error.code)
            return error
        self._measurements.stage("decode", seconds=time.perf_counter() - began)
        return picture


def quick_decode(data: bytes, *, max_pixels: int, formats: Sequence[str]) -> Callable[[], Picture] | None:
    """Return what gives a picture, or raises why there is none, if its header promises little work; else None."""
    if len(data) > QUICK_BYTES:
        return None
    try:
        judged = judge(data, max_pixels=max_pixels, formats=formats)
    except ServiceError as error:
        return partial(_raise, error)
    return partial(decode, judged) if _is_quick(judged) else None


def _raise(error: ServiceError) -> NoReturn:
    raise error


def _is_quick(judged: Judged) -> bool:
    scans = judged.data.count(SCAN_MARK) if judged.kind == "JPEG" else 1
    return judged.pixels is not None and judged.pixels <= QUICK_PIXELS and judged.pixels * scans <= QUICK_SCANNED
