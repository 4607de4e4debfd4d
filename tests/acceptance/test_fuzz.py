"""Thousands of damaged pictures for a real service: each is answered or refused, and the service is as before."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from app.client import Client
from tests.app.image_corpus import corpus, mutated

MOST_GROWTH = 64 * 2**20  # bytes of memory, beside what the first pictures took
HANGS = 60  # seconds; no answer takes two on an idle machine


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_damaged_pictures_are_answered_or_refused(  # noqa: PLR0917
    remote: Client, service: str, trained: str, pictures: tuple[Path, Path], count: int, record_property
) -> None:
    processes = processes_of(service)
    before = remote.predict([pictures[1]], model=trained)
    seen: dict[int, int] = {}
    slowest = (0.0, -1)
    with httpx.Client(base_url=service, timeout=HANGS) as client:
        warm = ask_for_all(client, trained, range(len(corpus())))
        memory = memory_of(processes)
        for seed in range(count):
            answer = client.post("/predict", params={"model": trained}, content=mutated(seed), headers=RAW)
            assert answer.status_code in (200, 413, 422), f"seed {seed}: {answer.status_code} {answer.text}"
            assert answer.status_code == 200 or answer.json()["code"] in REFUSED, f"seed {seed}: {answer.text}"
            seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
            slowest = max(slowest, (answer.elapsed.total_seconds(), seed))
    grown = memory_of(processes) - memory

    for name, value in {"answers": seen, "slowest": slowest, "grown_bytes": grown, "whole": warm}.items():
        record_property(name, value)  # for --junit-xml with -o junit_family=legacy
    assert grown < MOST_GROWTH
    assert min(seen[200], seen[422]) > count / 20
    assert all(process.is_running() for process in processes)
    assert remote.predict([pictures[1]], model=trained) == before


RAW = {"Content-Type": "image/jpeg"}  # whatever it is
REFUSED = {
    "too-many-pixels",
    "too-costly",
    "not-an-image",
    "empty-file",
    "truncated-image",
    "unsupported-image-format",
}


def ask_for_all(client: httpx.Client, model: str, numbers: range) -> int:
    """Send every picture of the corpus as it is; returns how many there were."""
    for number in numbers:
        sample = corpus()[number]
        answer = client.post("/predict", params={"model": model}, content=sample.data, headers=RAW)
        assert answer.status_code == 200, f"{sample.name}: {answer.text}"
        assert tuple(answer.json()["predictions"][0]["actions"]) == sample.actions
    return len(numbers)


def processes_of(service: str) -> list[psutil.Process]:
    """The process that listens, and those that it has started."""
    port = urlsplit(service).port
    for process in psutil.Process().children():
        if any(c.laddr.port == port and c.status == psutil.CONN_LISTEN for c in process.net_connections("tcp")):
            return [process, *process.children(recursive=True)]
    pytest.fail(f"none of the processes that this one started listens at {port}")


def memory_of(processes: list[psutil.Process]) -> int:
    return sum(process.memory_info().rss for process in processes)
