"""A training as a job, against the bare library.

The series' network, 3,000 epochs, on a service that is warm: from `POST /train` until the job has succeeded, as its
client sees it every 20 ms, with history, events and checkpoints written as by default, and `nncore.train` on the same
images. Then the same for a training of many seconds, of which checkpoints and records may take a tenth at most.
"""

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from threadpoolctl import threadpool_limits

from app.client import Client
from app.demo import own_service
from benchmarks.images import cats
from benchmarks.measure import Contender, seconds, take_turns, times, verdict
from nncore import Hyperparameters, train
from nncore.arrays import Labels, Pixels

SHORT = {"hidden_layers": [5, 5], "epochs": 3_000}
LONG = {"hidden_layers": [5, 5], "epochs": 60_000}
SECONDS_BETWEEN_LOOKS = 0.02


def rows() -> list[dict[str, str]]:
    """Time both trainings, each as a job and by the library alone, on one thread as a worker has."""
    images, labels = cats()
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        home = Path(folder)
        write(home / "train.h5", images, labels)
        with own_service(home) as address, Client(address) as client:
            client.import_hdf5("cats", home / "train.h5")
            return [row(client, images, labels, hyperparameters=kind) for kind in (SHORT, LONG)]


def row(client: Client, images: Pixels, labels: Labels, *, hyperparameters: dict[str, object]) -> dict[str, str]:
    """Time one training both ways."""
    bare = partial(train, images, labels, hyperparameters=Hyperparameters.from_json(hyperparameters))
    contenders = [Contender("library", bare), Contender("job", partial(work, client, hyperparameters))]
    measured = take_turns(contenders, rounds=3)
    more, ratio = measured.of("job") - measured.of("library"), measured.ratio("job", to="library")
    is_short = hyperparameters is SHORT
    return {
        "epochs": str(hyperparameters["epochs"]),
        "library": seconds(measured.of("library")),
        "job": seconds(measured.of("job")),
        "more": seconds(max(more, 0)),
        "ratio": times(ratio),
        "bar": f"more {verdict(more, most=0.5)}" if is_short else f"ratio {verdict(ratio, most=1.1)}",
    }


def work(client: Client, hyperparameters: dict[str, object]) -> None:
    """Have a job done."""
    wait(client, client.train("cats", "timed", hyperparameters=hyperparameters))


def wait(client: Client, job: dict[str, Any], *, seconds_between: float = SECONDS_BETWEEN_LOOKS) -> None:
    """Wait until a job has succeeded."""
    while job["status"] != "succeeded":
        time.sleep(seconds_between)
        job = client.job(job["id"])


def write(path: Path, images: Pixels, labels: Labels) -> None:
    """Write images in the layout of the cat files."""
    with h5py.File(path, "w") as file:
        file["train_set_x"], file["train_set_y"] = images, labels
        file["list_classes"] = np.array([b"other", b"cat"])
