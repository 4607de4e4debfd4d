"""Two homes, two processes that answer, three workers, and on the way whatever can be killed is: all jobs end alike."""

import hashlib
import io
import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import httpx
import psycopg
import pytest

from app.client import Client
from tests.conftest import free_port
from tests.programs import Program, dask_scheduler, dask_worker

KINDS: list[dict[str, Any]] = [
    {"epochs": 4000},
    {"epochs": 250, "batch_size": 32, "optimizer": "momentum", "learning_rate": 0.01},
    {"epochs": 600, "dropout": 0.2, "hidden_layers": [20], "initializer": "xavier"},
    {"epochs": 40, "hidden_layers": [20], "optimizer": "adam", "learning_rate": 0.001, "batch_size": 100},
]
CLIENTS = 4
JOBS_OF_A_CLIENT = 10


@dataclass
class Cluster:
    """What can be killed."""

    database: str
    apis: list[Program]
    addresses: list[str]
    scheduler: Program
    workers: list[Program]

    def get(self, path: str) -> httpx.Response:
        """Ask whichever process answers, the second first."""
        return next(answer for address in self.addresses[::-1] if (answer := call("GET", address + path)) is not None)

    def jobs(self) -> list[dict[str, Any]]:
        """Return all jobs, the newest first."""
        return self.get("/jobs?limit=100").json().get("items", [])


@pytest.fixture
def cluster(
    tmp_path: Path, new_postgresql: Callable[[], str], new_bucket: Callable[[], str], wait_until: Callable[..., None]
) -> Iterator[Cluster]:
    """A cluster whose parts share a database, a bucket and a scheduler, and no folder."""
    port = free_port()
    shared = {
        "NNCORE_DATABASE_URL": new_postgresql(),
        "NNCORE_STORE": new_bucket(),
        "NNCORE_SCHEDULER": f"tcp://127.0.0.1:{port}",
        "NNCORE_CHECKPOINT_SECONDS": "0.2",
    }
    ports = [free_port(), free_port()]
    with ExitStack() as running:
        scheduler = running.enter_context(dask_scheduler(port, folder=new_folder(tmp_path, "scheduler")))
        workers = [
            running.enter_context(dask_worker(port, folder=new_folder(tmp_path, f"worker-{number}")))
            for number in range(3)
        ]
        apis = [
            running.enter_context(api(port, folder=new_folder(tmp_path, f"api-{port}"), environment=shared))
            for port in ports
        ]
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            wait_until(lambda address=address: is_ready(address))
        yield Cluster(
            database=shared["NNCORE_DATABASE_URL"], apis=apis, addresses=addresses, scheduler=scheduler, workers=workers
        )


def new_folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def api(port: int, *, folder: Path, environment: dict[str, str]) -> Program:
    command = (sys.executable, "-m", "app.cli", "serve", "--port", str(port))
    return Program(*command, folder=folder, environment=environment | {"NNCORE_HOME": str(folder)})


@pytest.fixture
def wait_until() -> Callable[..., None]:
    def wait_until(condition: Callable[[], bool], *, seconds: float = 240) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.1)

    return wait_until


def call(method: str, url: str, **request: Any) -> httpx.Response | None:
    """Return the answer, or None where nobody answers."""
    try:
        return httpx.request(method, url, timeout=60, **request)
    except httpx.TransportError:
        return None


def is_ready(address: str) -> bool:
    answer = call("GET", f"{address}/readyz")
    return answer is not None and answer.status_code == 200


def ask_for_jobs(client: int, addresses: list[str]) -> list[str]:
    """Ask for jobs now and then, of the one process and the other, and of the next where one is not there."""
    moments = random.Random(client)
    asked = []
    for number in range(JOBS_OF_A_CLIENT):
        body = {"dataset": "shapes", "model": f"model-{client}", "hyperparameters": KINDS[number % len(KINDS)]}
        headers = {"Idempotency-Key": f"{client}-{number}"}
        turn = addresses if (client + number) % 2 else addresses[::-1]
        answers = (call("POST", f"{address}/train", json=body, headers=headers) for address in itertools.cycle(turn))
        answer = next(answer for answer in answers if answer is not None and answer.status_code < 500)
        assert answer.status_code == 202, answer.text
        asked.append(answer.json()["id"])
        time.sleep(moments.uniform(0, 1))
    return asked


def digest_of(parameters: bytes) -> str:
    digest = hashlib.sha256()
    with h5py.File(io.BytesIO(parameters)) as file:
        for name in sorted(file["parameters"]):
            digest.update(file["parameters"][name][:].tobytes())
    return digest.hexdigest()


def twins(remote: Client, archive: Path) -> list[str]:
    """Return what a single machine makes of each kind."""
    remote.import_archive("cluster-twins", archive)
    jobs = [remote.train("cluster-twins", f"twin-{number}", hyperparameters=kind) for number, kind in enumerate(KINDS)]
    assert [list(remote.watch(job["id"]))[-1]["status"] for job in jobs] == ["succeeded"] * len(jobs)
    return [digest_of(remote.parameters(f"twin-{number}", 1)) for number in range(len(KINDS))]


def disturb(cluster: Cluster, wait_until: Callable[..., None]) -> None:
    """Kill workers, all connections to the database, the scheduler and a process that answers, while jobs train."""

    def ended(count: int, *, running: int = 1) -> bool:
        told = Counter(job["status"] for job in cluster.jobs())
        return told["succeeded"] >= count and told["running"] >= running

    for count, worker in enumerate(cluster.workers):
        wait_until(lambda count=count: ended(count, running=len(cluster.workers)))
        worker.kill_children()
    wait_until(lambda: ended(6))
    with psycopg.connect(cluster.database, autocommit=True) as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    wait_until(lambda: ended(9))
    cluster.scheduler.kill()
    wait_until(lambda: [error["pointer"] for error in cluster.get("/readyz").json().get("errors", [])] == ["/engine"])
    cluster.scheduler.start()
    wait_until(lambda: ended(16))
    cluster.apis[0].kill()
    wait_until(lambda: ended(20))
    cluster.apis[0].start()


@pytest.mark.long
def test_all_jobs_end_as_on_one_machine_whatever_is_killed(
    cluster: Cluster, remote: Client, pictures: tuple[Path, Path], wait_until: Callable[..., None]
):
    expected = twins(remote, pictures[0])
    with Client(cluster.addresses[0]) as first:
        first.import_archive("shapes", pictures[0])
    with ThreadPoolExecutor(CLIENTS) as clients:
        asked: list[Future[list[str]]] = [
            clients.submit(ask_for_jobs, client, cluster.addresses) for client in range(CLIENTS)
        ]
        disturb(cluster, wait_until)
    wait_until(lambda: all(job["finished_at"] for job in cluster.jobs()))
    wait_until(lambda: is_ready(cluster.addresses[0]))

    jobs = {job["id"]: job for job in cluster.jobs()}
    assert sorted(jobs) == sorted(job_id for client in asked for job_id in client.result())
    assert Counter(job["status"] for job in jobs.values()) == {"succeeded": CLIENTS * JOBS_OF_A_CLIENT}
    assert max(job["attempt"] for job in jobs.values()) > 1
    models = {(job["model"]["name"], job["model"]["version"]) for job in jobs.values()}
    assert models == {(f"model-{client}", number) for client in range(CLIENTS) for number in range(1, 11)}
    with Client(cluster.addresses[0]) as first, Client(cluster.addresses[1]) as second:
        for client in asked:
            for number, job_id in enumerate(client.result()):
                model = jobs[job_id]["model"]
                assert digest_of(first.parameters(**model)) == expected[number % len(KINDS)]
        answers = [each.predict([pictures[1]], model="model-0:1") for each in (first, second)]
    assert answers[0] == answers[1]
