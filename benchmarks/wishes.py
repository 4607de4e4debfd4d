"""A wish while an epoch takes long.

A job on 10,000 images, of which one epoch takes seconds, is paused and resumed at random moments while another job
trains on the other core, and after it others are cancelled: from the request until its client sees the job paused or
cancelled, as it asks every 10 ms.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from app.client import Client
from app.demo import own_service
from benchmarks.images import random_images
from benchmarks.jobs import write
from benchmarks.measure import seconds, verdict

IMAGES = 10_000
WIDE = {"hidden_layers": [200], "epochs": 100}
NARROW = {"hidden_layers": [5, 5], "epochs": 1_000_000}
WISHES = 20
LONGEST_PAUSE = 5.0
MOST = 1.0


def rows() -> list[dict[str, str]]:
    """Pause a job again and again, cancel others, and time each wish."""
    os.environ["NNCORE_TRAINING_WORKERS"] = "2"  # of the service that is started below
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write(home / "many.h5", *random_images(IMAGES))
        write(home / "few.h5", *random_images(209))
        with own_service(home) as address, Client(address) as client:
            client.import_hdf5("many", home / "many.h5")
            client.import_hdf5("few", home / "few.h5")
            client.train("few", "narrow", hyperparameters=NARROW)
            moments = random.Random(0)
            paused = client.train("many", "wide", hyperparameters=WIDE)["id"]
            pauses = [pause(client, paused, after=moments) for _ in range(WISHES)]
            client.cancel(paused)
            cancels = [cancel(client, after=moments) for _ in range(WISHES)]
    return [row("pause", pauses), row("cancel", cancels)]


def row(wish: str, taken: list[float]) -> dict[str, str]:
    """Return how long the wishes of a kind took to come true."""
    bar = verdict(max(taken), most=MOST)
    times = {"median": seconds(median(taken)), "longest": seconds(max(taken))}
    return {"wish": wish, "wishes": str(len(taken))} | times | {"bar": bar}


def pause(client: Client, job: str, *, after: random.Random) -> float:
    """Pause the job at a random moment of its training, and resume it; return how long the pause took to be heard."""
    taken = fulfil(client.pause, client, job, status="paused", after=after)
    client.resume(job)
    return taken


def cancel(client: Client, *, after: random.Random) -> float:
    """Cancel a new job at a random moment of its training; return how long that took to be heard."""
    job = client.train("many", "wide", hyperparameters=WIDE)["id"]
    return fulfil(client.cancel, client, job, status="cancelled", after=after)


def fulfil(wish: Callable[[str], Any], client: Client, job: str, *, status: str, after: random.Random) -> float:
    """Wish for something at a random moment of a job's training; return how long it took to come true."""
    wait(client, job, status="running")
    time.sleep(after.uniform(0, LONGEST_PAUSE))
    began = time.perf_counter()
    wish(job)
    wait(client, job, status=status)
    return time.perf_counter() - began


def wait(client: Client, job: str, *, status: str) -> None:
    """Wait until the job has a status."""
    while client.job(job)["status"] != status:
        time.sleep(0.01)
