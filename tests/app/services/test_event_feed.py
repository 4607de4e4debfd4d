import asyncio

import pytest

from app.services import event_feed
from app.services.event_feed import EventFeed
from app.storage import events, jobs


@pytest.fixture
def write(store):
    """A function that adds some events to a job's log."""

    def write(job, count=1):
        with store.database.write() as connection:
            for _ in range(count):
                events.append(connection, job.id, "warning", {})

    return write


@pytest.fixture
def cancel(store):
    """A function that ends a job."""

    def cancel(job):
        with store.database.write() as connection:
            jobs.cancel(connection, job.id)

    return cancel


async def read(feed, job, *, after=0, most=None) -> list[int]:
    """Return the ids of the events that a reader gets until the end, or until it has enough."""
    ids = []
    async for batch in feed.follow(job.id, after=after, newest=job.last_event):
        ids += [event.id for event in batch]
        if most is not None and len(ids) >= most:
            break
    return ids


def test_a_reader_gets_what_was_and_what_comes_to_the_end(store, start, write, cancel):
    job = start()
    write(job, 2)

    async def scenario():
        feed = EventFeed(store)
        reader = asyncio.create_task(read(feed, job))
        late = asyncio.create_task(read(feed, job, after=2))
        await asyncio.sleep(0)
        write(job, 3)
        cancel(job)
        return await asyncio.wait_for(asyncio.gather(reader, late), 60)

    assert asyncio.run(scenario()) == [list(range(1, 9)), list(range(3, 9))]


def test_a_long_log_comes_in_parts(store, start, write, cancel, monkeypatch):
    monkeypatch.setattr(event_feed, "MOST_AT_ONCE", 3)
    job = start()
    write(job, 10)
    cancel(job)
    assert asyncio.run(read(EventFeed(store), job)) == list(range(1, 14))


def test_a_reader_who_was_cut_off_goes_on(store, start, write, cancel):
    job = start()
    write(job, 5)
    cancel(job)

    async def scenario():
        feed, seen = EventFeed(store), []
        while not seen or seen[-1] < 8:
            seen += (await read(feed, job, after=seen[-1] if seen else 0, most=2))[:2]
        return seen

    assert asyncio.run(scenario()) == list(range(1, 9))


def test_silence_is_told(store, start, monkeypatch):
    monkeypatch.setattr(event_feed, "SECONDS_OF_SILENCE", 0.01)
    job = start()

    async def scenario():
        return await anext(EventFeed(store).follow(job.id, after=1, newest=1))

    assert asyncio.run(scenario()) == []


def test_readers_are_let_go_when_the_feed_closes_and_when_the_job_is_gone(store, start, cancel):
    job = start()
    other = start()

    async def scenario():
        feed = EventFeed(store)
        first, second = (asyncio.create_task(read(feed, each, after=5)) for each in (job, other))
        await asyncio.sleep(0.01)
        cancel(job)
        with store.database.write() as connection:
            jobs.delete(connection, job.id)
        assert await asyncio.wait_for(first, 60) == []
        assert not second.done()
        feed.close()
        assert await asyncio.wait_for(second, 60) == []

    asyncio.run(scenario())


def test_a_warning_after_the_end_keeps_no_reader(store, start, cancel):
    job = start()
    cancel(job)
    with store.database.write() as connection:
        events.append(connection, job.id, "warning", {"code": "webhook-not-delivered"})

    async def scenario():
        feed = EventFeed(store)
        ended = job.model_copy(update={"last_event": 4})
        return [await asyncio.wait_for(read(feed, ended, after=after), 60) for after in (0, 3)]

    assert asyncio.run(scenario()) == [[1, 2, 3, 4], [4]]
