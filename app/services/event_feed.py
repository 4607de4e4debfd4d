"""The events of jobs as they come, for all readers of a process: one look at the database serves them all."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

import structlog

from app.schemas.jobs import Event
from app.storage import events
from app.storage.store import Store
from app.storage.webhooks import NOT_DELIVERED

SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_OF_SILENCE = 15
"""After so long without an event a reader is told that there is none."""
MOST_AT_ONCE = 500


class EventFeed:
    """Follows the logs of those jobs that somebody reads. It is used from one event loop, and reads in threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tails: dict[str, _Tail] = {}
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False

    async def follow(self, job_id: str, *, after: int, newest: int) -> AsyncIterator[list[Event]]:
        """Give the events that come after one, as they come, and nothing now and then where none does.

        It ends after the event `done` and what may follow it, when the job is deleted, and when the feed is closed.
        `newest` is the number of an event that is known to be there.
        """
        with self._tail(job_id) as tail:
            tail.move(max(tail.newest, newest))
            while tail.is_there and not self._closed:
                if tail.newest > after:
                    found = await tail.read(after)
                    yield found
                    if not found or any(map(_is_of_the_end, found)):
                        return
                    after = found[-1].id
                elif not await tail.wait():
                    yield []

    def close(self) -> None:
        """Let all readers go, at once."""
        self._closed = True
        for tail in self._tails.values():
            tail.wake()

    @contextmanager
    def _tail(self, job_id: str) -> Iterator["_Tail"]:
        tail = self._tails.setdefault(job_id, _Tail(job_id, self._store))
        tail.readers += 1
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep())
        try:
            yield tail
        finally:
            tail.readers -= 1
            if not tail.readers and self._tails.get(job_id) is tail:
                del self._tails[job_id]

    async def _keep(self) -> None:
        """Look for news as long as anybody reads."""
        while self._tails and not self._closed:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            asked = dict(self._tails)
            try:
                newest = await asyncio.to_thread(self._newest, list(asked))
            except Exception as error:  # noqa: BLE001, a database that is away for a while: readers wait for it
                structlog.get_logger().warning("events cannot be read", exc_info=error)
                continue
            for job_id, tail in asked.items():
                tail.look(newest.get(job_id))

    def _newest(self, job_ids: list[str]) -> dict[str, int]:
        with self._store.database.read() as connection:
            return events.newest(connection, job_ids)


class _Tail:
    """The end of one job's log."""

    def __init__(self, job_id: str, store: Store) -> None:
        self.newest = 0
        self.is_there = True
        self.readers = 0
        self._job_id = job_id
        self._store = store
        self._news = asyncio.Event()
        self._pages: dict[int, asyncio.Task[list[Event]]] = {}

    def look(self, newest: int | None) -> None:
        """Take in what the database says: the newest event, or None for a job that is gone."""
        if newest is None:
            self.is_there = False
            self.wake()
        elif newest > self.newest:
            self.move(newest)

    def move(self, newest: int) -> None:
        """Tell the readers that there are events up to this one."""
        if newest != self.newest:
            self.newest = newest
            self._pages.clear()
            self.wake()

    def wake(self) -> None:
        """Let go on whoever waits."""
        self._news.set()
        self._news = asyncio.Event()

    async def wait(self) -> bool:
        """Wait for news, but not for long; return whether there are any."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._news.wait(), SECONDS_OF_SILENCE)
        return False

    async def read(self, after: int) -> list[Event]:
        """Return the events after one; those who are as far read them together."""
        if after not in self._pages:
            self._pages[after] = asyncio.create_task(asyncio.to_thread(self._read, after))
        return await asyncio.shield(self._pages[after])

    def _read(self, after: int) -> list[Event]:
        with self._store.database.read() as connection:
            return events.after(connection, self._job_id, after, limit=MOST_AT_ONCE)


def _is_of_the_end(event: Event) -> bool:
    return event.event == "done" or event.data.get("code") == NOT_DELIVERED
