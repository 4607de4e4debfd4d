"""A wish while an epoch takes long.

A job on 10,000 images, of which one epoch takes seconds, is paused and resumed at random moments while another job
trains on the other core: from the request to pause until its client sees the job paused, as it asks every 10 ms.
"""

import os
import random
import tempfile
import time
from pathlib import Path
from statistics import median

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
    """Pause a job again and again, and time each wish."""
    os.environ["NNCORE_TRAINING_WORKERS"] = "2"  # of the service that is started below
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write(home / "many.h5", *random_images(IMAGES))
        write(home / "few.h5", *random_images(209))
        with own_service(home) as address, Client(address) as client:
            client.import_hdf5("many", home / "many.h5")
            client.import_hdf5("few", home / "few.h5")
            client.train("few", "narrow", hyperparameters=NARROW)
            job = client.train("many", "wide", hyperparameters=WIDE)["id"]
            taken = [fulfil(client, job, after=random.Random(number)) for number in range(WISHES)]
            client.cancel(job)
    bar = verdict(max(taken), most=MOST)
    return [{"wishes": str(WISHES), "median": seconds(median(taken)), "longest": seconds(max(taken)), "bar": bar}]


def fulfil(client: Client, job: str, *, after: random.Random) -> float:
    """Pause the job at a random moment of its training, and resume it; return how long the pause took to be heard."""
    wait(client, job, status="running")
    time.sleep(after.uniform(0, LONGEST_PAUSE))
    began = time.perf_counter()
    client.pause(job)
    wait(client, job, status="paused")
    taken = time.perf_counter() - began
    client.resume(job)
    return taken


def wait(client: Client, job: str, *, status: str) -> None:
    """Wait until the job has a status."""
    while client.job(job)["status"] != status:
        time.sleep(0.01)
