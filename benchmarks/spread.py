"""A search on one and on two training workers.

64 candidates of the series' network in 8 folds, 512 networks in all, 1,000 epochs; and an ensemble beside it, of 64
members, 10,000 epochs; each as a job of a service that is warm: from the request until the model has been registered,
as its client sees it every 0.2 s: more often would keep a part of a core busy. The service with two workers divides
the networks between them. Every number of the leaderboard or of the history, and every parameter, is compared.
`second core` is what the machine itself had to give: how many times as much two processes counted in a second as one,
before and after.

Then the Gram matrix of so many random images in float64, from the inputs to K: by one process, and by two that begin at
the same moment and share its strips through files, as the parts of a job do. `processor` is the time that it took the
one, and each of the two. GRAM_IMAGES=3000 has it done with another number of images; 10,000 need 4 GB.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from threading import Barrier
from time import perf_counter, process_time
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from app.client import Client
from app.demo import own_service
from app.storage.checkpoints import CHECKPOINTS
from app.storage.files import Files
from app.storage.gram_strips import GramStrips
from benchmarks.images import cats, random_images
from benchmarks.jobs import wait, write
from benchmarks.measure import Contender, seconds, take_turns, times, verdict
from nncore.gram import gram_matrix
from nncore.normalization import Normalization

GRAM_IMAGES = tuple(int(n) for n in os.environ.get("GRAM_IMAGES", "5000,10000").split(","))
ROUNDS = 2
FOLDS, MEMBERS = 8, 64
SEARCH = {"learning_rate": [float(rate) for rate in np.geomspace(0.001, 0.1, 64)]}
SECONDS_BETWEEN_LOOKS = 0.2
FIXED = {"hidden_layers": [5, 5], "initializer": "he"}


def rows() -> list[dict[str, str]]:
    """Time each kind of job on both services in turns, and compare what comes out; then K, without a service."""
    with ExitStack() as running:
        services = {workers: running.enter_context(service(workers)) for workers in (1, 2)}
        networks = len(SEARCH["learning_rate"]) * FOLDS
        jobs = [
            row(f"a search, {networks} networks", partial(search, epochs=1000), services),
            row(f"{MEMBERS} members", partial(ensemble, epochs=10_000), services),
        ]
    return jobs + [row_of_gram(n) for n in GRAM_IMAGES]


def row(job: str, do: Callable[[Client], None], services: dict[int, Client]) -> dict[str, str]:
    """Return what a kind of job takes on each service."""
    before = second_core()
    contenders = [Contender(str(workers), partial(do, client)) for workers, client in services.items()]
    measured = take_turns(contenders, rounds=ROUNDS, warm_up=False)
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


@dataclass(frozen=True)
class Computed:
    """What a process took for K, by the clock and of the processor, and a digest of what came out."""

    seconds: float
    processor: float
    digest: str


def row_of_gram(n: int) -> dict[str, str]:
    """Return what K of n images takes one process, and two together."""
    before = second_core()
    rounds = [[gram(n, workers=workers) for workers in (1, 2)] for _ in range(ROUNDS)]
    one, two = zip(*rounds, strict=True)
    ratio = median(slowest(alone) / slowest(together) for alone, together in rounds)
    digests = {part.digest for each in one + two for part in each}
    return {
        "job": f"K of {n:,} images",
        "one worker": seconds(median(map(slowest, one))),
        "two workers": seconds(median(map(slowest, two))),
        "second core": f"{times(before)}, {times(second_core())}",
        "ratio": times(ratio),
        "same bits": "yes" if len(digests) == 1 else "NO",
        "processor": f"{processor_of(one)}; {processor_of(two)}",
    }


def slowest(parts: Sequence[Computed]) -> float:
    """Return how long it took until all had K."""
    return max(part.seconds for part in parts)


def processor_of(rounds: Sequence[Sequence[Computed]]) -> str:
    """Write what each part took of the processor, the median over the rounds."""
    return " and ".join(seconds(median(part.processor for part in same)) for same in zip(*rounds, strict=True))


def gram(n: int, *, workers: int) -> list[Computed]:
    """Have so many processes compute K at the same time, each all of it in the end."""
    context = get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        context.Manager() as manager,
        ProcessPoolExecutor(workers, mp_context=context) as pool,
    ):
        Files(Path(folder)).prepare()
        compute = partial(part_of_gram, n, Path(folder), of=workers, ready=manager.Barrier(workers))
        return list(pool.map(compute, range(1, workers + 1)))


def part_of_gram(n: int, home: Path, part: int, *, of: int, ready: Barrier) -> Computed:
    """Compute K as a part of a job does, on one thread, once all others have their inputs too."""
    X = Normalization().apply(random_images(n)[0], dtype="float64")
    strips = GramStrips(Files(home), f"{CHECKPOINTS}/job/grams/key", part=part, of=of) if of > 1 else None
    with threadpool_limits(1):
        ready.wait()
        start, processor = perf_counter(), process_time()
        K = gram_matrix(X, strips=strips)
        return Computed(perf_counter() - start, process_time() - processor, sha256(K.data).hexdigest())
