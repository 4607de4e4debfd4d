"""Whoever watches a job sees everything once, also over connections that break, and holds nobody up."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import httpx

from app.client import Client

LONG = {"hidden_layers": [1], "epochs": 1_000_000}


def test_a_reader_who_is_cut_off_three_times_sees_every_event_once(remote: Client, trained: str):
    job = remote.train(trained, "cut-off", hyperparameters=LONG)
    seen: list[int] = []
    for count in (1, 3, 2):
        seen += islice(read(remote.server, job["id"], after=seen[-1] if seen else 0), count)
    remote.cancel(job["id"])
    seen += read(remote.server, job["id"], after=seen[-1])

    newest = list(remote.watch(job["id"]))[-1]["last_event"]
    assert seen == list(range(1, newest + 1))
    assert [event["id"] for event in remote.events(job["id"])] == seen
    assert list(remote.events(job["id"]))[-1]["data"]["status"] == "cancelled"


def test_any_process_tells_of_any_job_and_open_streams_keep_no_service_from_stopping(
    tmp_path: Path, pictures: tuple[Path, Path]
):
    process, address = start(tmp_path, "--workers", "2")
    with Client(address) as remote:
        remote.import_archive("shapes", pictures[0])
        job = remote.train("shapes", "shapes", hyperparameters=LONG)
    readers = [read(address, job["id"]) for _ in range(6)]  # whom the system spreads over both processes
    assert [list(islice(reader, 2)) for reader in readers] == [[1, 2]] * 6

    process.terminate()

    for reader in readers:
        seen = [1, 2, *reader]  # the streams end as they should, and are not cut off: that would raise
        assert seen == list(range(1, len(seen) + 1))
    process.communicate(timeout=30)
    assert process.returncode == 0


def read(address: str, job_id: str, *, after: int = 0) -> Iterator[int]:
    """Go through the ids of the events of one connection."""
    with httpx.stream("GET", f"{address}/jobs/{job_id}/events", headers={"Last-Event-ID": str(after)}) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            if line.startswith("id: "):
                yield int(line.removeprefix("id: "))


def start(home: Path, *options: str) -> tuple["subprocess.Popen[str]", str]:
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--home", str(home), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=home)
    return process, process.stdout.readline().removeprefix("listening on ").strip()
