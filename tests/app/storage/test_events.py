import threading

import pytest

from app.storage import events, jobs


@pytest.fixture
def log(store):
    """A function that returns the events of a job."""

    def log(job, *, after=0, limit=100):
        with store.database.read() as connection:
            return events.after(connection, job.id, after, limit=limit)

    return log


def test_every_change_of_a_job_is_told_once(store, start, log):
    job = start()
    with store.database.write() as connection:
        attempt = jobs.claim(connection, job.id)
    with store.database.write() as connection:
        jobs.fail(connection, attempt, error={"code": "diverged", "type": "", "title": "", "status": 422, "detail": ""})
    told = log(job)
    assert [(event.id, event.event, event.data["status"]) for event in told] == [
        (1, "status", "queued"),
        (2, "status", "running"),
        (3, "status", "failed"),
        (4, "done", "failed"),
    ]
    assert told[-1].data["error"]["code"] == "diverged"
    assert [event.data["attempt"] for event in told] == [0, 1, 1, 1]
    assert all(event.data["at"].endswith("Z") for event in told)


def test_a_job_that_is_put_back_and_cancelled_says_so(store, start, log):
    job = start()
    with store.database.write() as connection:
        jobs.claim(connection, job.id)
        jobs.requeue(connection)
        cancelled = jobs.cancel(connection, job.id)
    assert [event.data["status"] for event in log(job)] == ["queued", "running", "queued", "cancelled", "cancelled"]
    assert cancelled.last_event == 5


def test_what_is_undone_is_not_told(store, start, log):
    job = start()
    with store.database.write() as connection:
        events.append(connection, job.id, "warning", {"detail": "nothing"})
        connection.get_transaction().rollback()
    assert [event.event for event in log(job)] == ["status"]


def test_events_come_in_pages_after_one_that_is_known(store, start, log):
    job, other = start(), start()
    with store.database.write() as connection:
        for number in range(2, 6):
            events.append(connection, job.id, "warning", {"number": number})
        assert events.newest(connection, [job.id, other.id, "x"]) == {job.id: 5, other.id: 1}
    assert [event.id for event in log(job, after=1, limit=3)] == [2, 3, 4]
    assert [event.id for event in log(job, after=4)] == [5]
    assert log(job, after=5) == []


def test_writers_at_the_same_time_leave_no_gap(store, start, log):
    job = start()

    def write():
        for _ in range(5):
            with store.database.write() as connection:
                events.append(connection, job.id, "warning", {})

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        for event in log(job, after=seen):
            assert event.id == seen + 1
            seen = event.id
    assert [event.id for event in log(job)] == list(range(1, 22))


def test_the_log_goes_with_the_job(store, start, log):
    job = start()
    with store.database.write() as connection:
        jobs.cancel(connection, job.id)
        jobs.delete(connection, job.id)
    assert log(job) == []
