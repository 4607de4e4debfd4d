"""Predictions while jobs train.

50 requests a second, each at its moment whether or not those before it were answered, upload a picture of 200x200 to a
service with two training processes on this machine: in turns while both jobs are paused, and while both train. One
trains in sample space in few large steps a second, one with Adam in many small ones. The one who asks is on the same
machine, and what it waits for a core counts against the service. `p99` is the median over the rounds, `ratio` that of
the ratios within a round.
"""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TypeAlias
from urllib.parse import urlsplit

from app.client import Client
from app.demo import own_service, write_pictures
from benchmarks.measure import seconds, times, verdict

RATE = 50
SECONDS = 8
ROUNDS = 4
CONNECTIONS = 16
MOST = 4
ASKED = {"hidden_layers": [20], "initializer": "he", "epochs": 100}
TRAINED = (
    {"hidden_layers": [100], "epochs": 1_000_000},
    {"hidden_layers": [100], "epochs": 1_000_000, "optimizer": "adam", "batch_size": 32, "learning_rate": 0.0001},
)

Connection: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def rows() -> list[dict[str, str]]:
    """Ask the idle service and the one that trains in turns."""
    os.environ["NNCORE_TRAINING_WORKERS"] = str(len(TRAINED))  # of the service that is started below
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        archive, picture = write_pictures(home / "pictures")
        with own_service(home) as address, Client(address) as client:
            client.import_archive("shapes", archive)
            wait(client, client.train("shapes", "asked", hyperparameters=ASKED)["id"], status="succeeded")
            jobs = [client.train("shapes", "trained", hyperparameters=each)["id"] for each in TRAINED]
            taken = {"idle": [], "two jobs train": []}
            for number in range(-1, ROUNDS):
                for state, times_of_rounds in taken.items():
                    set_all(client, jobs, status="paused" if state == "idle" else "running")
                    of_round = asyncio.run(ask(address, picture.read_bytes()))
                    if number >= 0:
                        times_of_rounds.append(of_round)
    return told(taken)


def told(taken: dict[str, list[list[float]]]) -> list[dict[str, str]]:
    """Return a row for each state of the service."""
    tails = {state: [percentile(times_, 99) for times_ in rounds] for state, rounds in taken.items()}
    found = []
    for state, rounds in taken.items():
        ratio = median(mine / idle for mine, idle in zip(tails[state], tails["idle"], strict=True))
        found.append(
            {
                "service": state,
                "requests": str(sum(map(len, rounds))),
                "p50": seconds(median(percentile(times_, 50) for times_ in rounds)),
                "p99": seconds(median(tails[state])),
                "longest": seconds(max(map(max, rounds))),
                "ratio": times(ratio),
                "bar": "" if state == "idle" else verdict(ratio, most=MOST),
            }
        )
    return found


def percentile(times_: list[float], percent: int) -> float:
    """Return the time that so many of a hundred do not exceed."""
    return sorted(times_)[len(times_) * percent // 100]


async def ask(address: str, picture: bytes) -> list[float]:
    """Send requests at their moments; return how long each answer took, that for a free connection included."""
    host, port = urlsplit(address).netloc.split(":")
    head = f"POST /predict?model=asked HTTP/1.1\r\nHost: {host}\r\nContent-Type: image/png\r\n"
    request = head.encode() + f"Content-Length: {len(picture)}\r\n\r\n".encode() + picture
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection(host, int(port)))
    begin = time.perf_counter() + 0.1
    moments = (begin + number / RATE for number in range(RATE * SECONDS))
    taken = await asyncio.gather(*(ask_once(moment, request, free=free) for moment in moments))
    while not free.empty():
        free.get_nowait()[1].close()
    return taken


async def ask_once(moment: float, request: bytes, *, free: "asyncio.Queue[Connection]") -> float:
    """Send one request at its moment."""
    await asyncio.sleep(moment - time.perf_counter())
    began = time.perf_counter()
    reader, writer = await free.get()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        message = f"the service answered {head.decode()}"
        raise RuntimeError(message)
    fields = dict(line.split(": ", 1) for line in head.decode().lower().splitlines()[1:] if line)
    await reader.readexactly(int(fields["content-length"]))
    free.put_nowait((reader, writer))
    return time.perf_counter() - began


def set_all(client: Client, jobs: list[str], *, status: str) -> None:
    """Pause the jobs, or have them train."""
    for job in jobs:
        there = client.job(job)["status"]
        if status == "paused" and there in {"queued", "running"}:
            client.pause(job)
        elif status == "running" and there == "paused":
            client.resume(job)
    for job in jobs:
        wait(client, job, status=status)
    if status == "running":
        time.sleep(2)  # until the data are read and the first epochs are done


def wait(client: Client, job: str, *, status: str) -> None:
    """Wait until a job has a status."""
    while (there := client.job(job))["status"] != status:
        if there["error"] is not None:
            raise RuntimeError(there["error"]["detail"])
        time.sleep(0.05)
