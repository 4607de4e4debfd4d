import pytest

from app.services import worker_deaths
from app.services.worker_deaths import note_exit, tell_deaths
from app.storage import events, jobs
from app.storage.jobs import SupersededError
from app.storage.worker_exits import Exit
from app.worker_process import WorkerProcess

LAST_SEEN = {"address": "tcp://127.0.0.1:1", "memory_limit": 2**30, "resident": 2**29}
PROCESS = WorkerProcess(address="tcp://127.0.0.1:1", memory_limit=2**30, resident=lambda: 2**29)


@pytest.fixture
def job(start):
    return start()


def lose(store, job, *, process):
    """Begin an attempt, lose its process after seven epochs, and return the attempt that finds that out."""
    with store.database.write() as connection:
        attempt = jobs.claim(connection, job.id, process=process)
        jobs.advance(connection, attempt, epoch=7, seconds_left=None, first_layer="sample_space")
    with store.database.write() as connection:
        return jobs.claim(connection, job.id)


@pytest.mark.parametrize(
    ("seen", "how"),
    [
        (Exit(code=-9, resident=None), "was killed by SIGKILL; when last seen it had 512 MiB of 1024 MiB"),
        (
            Exit(code=-15, resident=2**30),
            "was stopped with 1024 MiB in memory, which is too much; when last seen it had 512 MiB",
        ),
        (Exit(code=3, resident=None), "ended by itself with the code 3"),
    ],
)
def test_what_the_parent_saw_stands_in_the_log_of_the_job(store, settings, job, seen, how):
    attempt = lose(store, job, process=PROCESS)
    assert attempt.died == [LAST_SEEN]
    note_exit(PROCESS.address, code=seen.code, resident=seen.resident, settings=settings)
    told = tell_deaths(attempt, store=store)
    assert how in told
    assert "the last epoch that was told of is 7" in told
    with store.database.read() as connection:
        newest = events.after(connection, job.id, 0, limit=99)[-1]
    assert newest.event == "warning"
    known = {"code": "worker-died", "detail": told, "exit_code": seen.code, "epoch": 7}
    assert newest.data.items() >= (known | {"resident": 2**29, "memory_limit": 2**30}).items()


def test_what_nobody_saw_is_unknown(store, job, monkeypatch):
    monkeypatch.setattr(worker_deaths, "SECONDS_TO_LEARN", 0.1)
    assert "how is unknown; when last seen it had 512 MiB" in tell_deaths(
        lose(store, job, process=PROCESS), store=store
    )
    assert "how is unknown; its memory is unknown" in tell_deaths(lose(store, job, process=None), store=store)


def test_an_attempt_after_none_that_died_has_nothing_to_tell(store, job):
    with store.database.write() as connection:
        assert jobs.claim(connection, job.id, process=PROCESS).died == []
        jobs.requeue(connection)
        assert jobs.claim(connection, job.id).died == []


def test_a_death_that_an_attempt_did_not_come_to_tell_of_is_told_once_by_a_later_one(store, settings, job):
    note_exit(PROCESS.address, code=-9, resident=None, settings=settings)
    with store.database.write() as connection:
        for _ in range(2):
            jobs.claim(connection, job.id, process=PROCESS)
        jobs.requeue(connection)  # the service was stopped meanwhile, which is no death
        attempt = jobs.claim(connection, job.id, process=PROCESS)
        assert attempt.died == [LAST_SEEN]
        late = jobs.claim(connection, job.id, process=PROCESS)
    assert late.died == [LAST_SEEN] * 2
    with pytest.raises(SupersededError):
        tell_deaths(attempt, store=store)
    tell_deaths(late, store=store)
    with store.database.write() as connection:
        told = [event.data for event in events.after(connection, job.id, 0, limit=99) if event.event == "warning"]
        assert [death["exit_code"] for death in told] == [-9] * 2
        assert jobs.claim(connection, job.id).died == [LAST_SEEN]  # that of `late`, and no other
