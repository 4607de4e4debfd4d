"""A search on one and on two training workers.

64 candidates of the series' network in 8 folds, 512 networks in all, 1,000 epochs; and an ensemble beside it, of 64
members, 10,000 epochs; each as a job of a service that is warm: from the request until the model has been registered,
as its client sees it every 0.2 s: more often would keep a part of a core busy. The service with two workers divides
the networks between them. Every number of the leaderboard or of the history, and every parameter, is compared.
`second core` is what the machine itself had to give: how many times as much two processes counted in a second as one,
before and after.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from app.client import Client
from app.demo import own_service
from benchmarks.images import cats
from benchmarks.jobs import wait, write
from benchmarks.measure import Contender, seconds, take_turns, times, verdict

FOLDS, MEMBERS = 8, 64
SEARCH = {"learning_rate": [float(rate) for rate in np.geomspace(0.001, 0.1, 64)]}
SECONDS_BETWEEN_LOOKS = 0.2
FIXED = {"hidden_layers": [5, 5], "initializer": "he"}


def rows() -> list[dict[str, str]]:
    """Time each kind of job on both services in turns, and compare what comes out."""
    with ExitStack() as running:
        services = {workers: running.enter_context(service(workers)) for workers in (1, 2)}
        networks = len(SEARCH["learning_rate"]) * FOLDS
        return [
            row(f"a search, {networks} networks", partial(search, epochs=1000), services),
            row(f"{MEMBERS} members", partial(ensemble, epochs=10_000), services),
        ]


def row(job: str, do: Callable[[Client], None], services: dict[int, Client]) -> dict[str, str]:
    """Return what a kind of job takes on each service."""
    before = second_core()
    contenders = [Contender(str(workers), partial(do, client)) for workers, client in services.items()]
    measured = take_turns(contenders, rounds=2, warm_up=False)
    one, two = (outcome(client) for client in services.values())
    ratio = measured.ratio("1", to="2")
    return {
        "job": job,
        "one worker": seconds(measured.of("1")),
        "two workers": seconds(measured.of("2")),
        "second core": f"{times(before)}, {times(second_core())}",
        "ratio": times(ratio),
        "times faster": verdict(ratio, least=1.7),
        "same bits": "yes" if one == two else "NO",
    }


def second_core() -> float:
    """Return how many times as much two processes do at the same time as one alone."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(count, [0.2, 0.2]))  # starts them
        alone = pool.submit(count, 1.0).result()
        return sum(pool.map(count, [1.0, 1.0])) / alone


def count(seconds: float) -> int:
    """Return how far one counts in so many seconds."""
    number, end = 0, perf_counter() + seconds
    while perf_counter() < end:
        number += 1
    return number


@contextmanager
def service(workers: int) -> Iterator[Client]:
    """Start a service with so many training workers, which has had a first search."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        os.environ["NNCORE_TRAINING_WORKERS"] = str(workers)
        address = running.enter_context(own_service(Path(folder)))
        client = running.enter_context(Client(address))
        write(Path(folder) / "train.h5", *cats())
        client.import_hdf5("cats", Path(folder) / "train.h5")
        search(client, epochs=300)
        yield client


def search(client: Client, *, epochs: int) -> None:
    """Have a search done."""
    job = client.tune("cats", "made", hyperparameters=FIXED | {"epochs": epochs}, search=SEARCH, folds=FOLDS)
    wait(client, job, seconds_between=SECONDS_BETWEEN_LOOKS)


def ensemble(client: Client, *, epochs: int) -> None:
    """Have an ensemble trained."""
    job = client.train("cats", "made", hyperparameters=FIXED | {"epochs": epochs}, members=MEMBERS)
    wait(client, job, seconds_between=SECONDS_BETWEEN_LOOKS)


def outcome(client: Client) -> tuple[Any, Any, bytes]:
    """Return the leaderboard of the last job where it has one, its history, and its parameter file."""
    job = next(iter(client.jobs()))
    leaderboard = None if job["search"] is None else client.leaderboard(job["id"])
    return leaderboard, client.history(job["id"]), client.parameters("made", job["model"]["version"])
