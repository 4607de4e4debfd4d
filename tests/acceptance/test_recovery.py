"""Whatever is killed, every job ends as if nothing had been: with the bits of an undisturbed twin."""

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import h5py
import httpx
import numpy as np
import psutil
import pytest

from app.client import Client
from app.demo import write_pictures

KINDS: dict[str, dict[str, Any]] = {
    "gradient descent": {"epochs": 3000},
    "momentum in mini-batches": {"epochs": 200, "batch_size": 32, "optimizer": "momentum", "learning_rate": 0.01},
    "dropout": {"epochs": 500, "dropout": 0.2, "hidden_layers": [20], "initializer": "xavier"},
    "Adam": {"epochs": 40, "hidden_layers": [20], "optimizer": "adam", "learning_rate": 0.001, "batch_size": 100},
    "members": {"epochs": 500, "hidden_layers": [4], "initializer": "he"},
    "a search": {"epochs": 400, "hidden_layers": [4], "initializer": "he"},
}
MORE: dict[str, dict[str, Any]] = {
    "members": {"members": 3},
    "a search": {"search": {"learning_rate": [0.01, 0.03]}, "folds": 3},
}


class Service:
    """A service in a process group of its own, which can be killed as a whole, and started again in the same home."""

    def __init__(self, home: Path, *, log: Path | None = None, **settings: object) -> None:
        self.home = home
        self.log = log
        own = {"checkpoint_seconds": 0.2} | settings
        self.environment = os.environ | {f"NNCORE_{name.upper()}": str(value) for name, value in own.items()}
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--home", str(self.home)]
        with ExitStack() as opened:
            log = None if self.log is None else opened.enter_context(self.log.open("ab"))
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=self.home,
                start_new_session=True,
                env=self.environment,
            )
        self.client = Client(self.process.stdout.readline().removeprefix("listening on ").strip())

    def kill_workers(self) -> None:
        """Kill the processes that train, and none else."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if is_worker(process):
                process.kill()

    def kill(self) -> None:
        """Kill the whole process group, and see that nothing is left of it."""
        self.client.close()
        children = psutil.Process(self.process.pid).children(recursive=True)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=60)
        _, alive = psutil.wait_procs(children, timeout=60)
        assert alive == []

    def stop(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.communicate(timeout=60)


def is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def wait_until(condition: Callable[[], bool], *, seconds: float = 120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def service(tmp_path: Path):
    service = Service(tmp_path)
    service.client.import_archive("shapes", write_pictures(tmp_path / "pictures")[0])
    yield service
    service.stop()


def parameters_of(service: Service, job: dict[str, Any]) -> str:
    """Return a digest of the parameters, of which each bit counts."""
    digest = hashlib.sha256()
    path = service.home / "models" / job["model"]["name"] / f"{job['model']['version']}.h5"
    with h5py.File(path) as file:
        for name in sorted(file["parameters"]):
            digest.update(file["parameters"][name][:].tobytes())
    return digest.hexdigest()


def train_all(service: Service, kinds: dict[str, dict[str, Any]], *, name: str) -> dict[str, str]:
    job_ids = {}
    for number, (kind, hyperparameters) in enumerate(kinds.items()):
        begin = service.client.tune if "search" in MORE.get(kind, {}) else service.client.train
        job = begin("shapes", f"{name}-{number}", hyperparameters=hyperparameters, **MORE.get(kind, {}))
        job_ids[kind] = job["id"]
    return job_ids


def ended(service: Service, job_id: str) -> dict[str, Any]:
    wait_until(lambda: service.client.job(job_id)["status"] in ("succeeded", "failed", "cancelled"))
    job = service.client.job(job_id)
    assert job["status"] == "succeeded", job["error"]
    return job


def disturb(service: Service, job_ids: list[str], *, kills: int, seed: int) -> None:
    """Kill workers and the whole service in turn, at moments of which nobody knows what falls into them."""
    moments = random.Random(seed)
    for number in range(kills):
        time.sleep(moments.uniform(0.1, 1.5))
        if number % 2:
            service.kill()
            service.start()
        else:
            service.kill_workers()
    assert all(service.client.job(job_id)["status"] != "failed" for job_id in job_ids)


def assert_twins(service: Service, kinds: dict[str, dict[str, Any]], *, kills: int, seed: int) -> None:
    undisturbed = {kind: ended(service, job_id) for kind, job_id in train_all(service, kinds, name="twin").items()}
    disturbed = train_all(service, kinds, name="disturbed")
    disturb(service, list(disturbed.values()), kills=kills, seed=seed)
    for kind, twin in undisturbed.items():
        job = ended(service, disturbed[kind])
        assert parameters_of(service, job) == parameters_of(service, twin), kind
        assert service.client.history(job["id"]) == service.client.history(twin["id"]), kind
        assert job["model"]["version"] == 1
    assert list((service.home / "data" / "checkpoints").iterdir()) == []


def test_workers_and_services_are_killed_and_every_job_ends_as_its_twin(service: Service):
    assert_twins(service, KINDS, kills=3, seed=1)


@pytest.mark.long
def test_twenty_kills(service: Service):
    longer = {kind: values | {"epochs": values["epochs"] * 8} for kind, values in KINDS.items()}
    assert_twins(service, longer, kills=20, seed=2)


@pytest.mark.long
def test_a_flipped_bit_is_told_of_and_the_checkpoint_before_is_used(service: Service):
    kind = {"epochs": 40_000}  # seconds, of which the pause needs a part
    twin = ended(service, service.client.train("shapes", "twin", hyperparameters=kind)["id"])
    job_id = service.client.train("shapes", "damaged", hyperparameters=kind)["id"]
    wait_until(lambda: len(checkpoints(service, job_id)) == 2)
    service.client.pause(job_id)
    wait_until(lambda: service.client.job(job_id)["status"] == "paused")
    newest = checkpoints(service, job_id)[-1]
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1
    newest.write_bytes(content)
    service.client.resume(job_id)
    assert parameters_of(service, ended(service, job_id)) == parameters_of(service, twin)
    events = events_of(service, job_id)
    [told] = [number for number, event in enumerate(events) if event["data"].get("code") == "broken-checkpoint"]
    assert events[told]["event"] == "warning"
    assert newest.name in events[told]["data"]["detail"]
    [*_, before, _] = [event["data"]["epoch"] for event in events[:told] if event["event"] == "checkpoint"]
    recorded = [event["data"]["recorded"]["first"] for event in events[told:] if "recorded" in event["data"]]
    assert recorded[0] > before > 0  # or the job would have begun anew


def checkpoints(service: Service, job_id: str) -> list[Path]:
    return sorted((service.home / "data" / "checkpoints" / job_id).glob("*.npz"))


def test_a_job_that_kills_its_worker_three_times_fails(tmp_path: Path):
    service = Service(tmp_path, checkpoint_seconds=3600)
    service.client.import_archive("shapes", write_pictures(tmp_path / "pictures")[0])
    job_id = service.client.train("shapes", "killer", hyperparameters={"epochs": 1_000_000})["id"]
    for attempt in (1, 2, 3):
        wait_until(lambda number=attempt: service.client.job(job_id)["attempt"] == number)
        service.kill_workers()
    wait_until(lambda: service.client.job(job_id)["status"] == "failed")
    error = service.client.job(job_id)["error"]
    assert error["code"] == "worker-died"
    assert "SIGKILL" in error["detail"]
    assert [death["exit_code"] for death in deaths(service, job_id)] == [-signal.SIGKILL] * 3
    assert all(0 < death["resident"] < death["memory_limit"] == 2**32 for death in deaths(service, job_id))
    service.stop()


def deaths(service: Service, job_id: str) -> list[dict[str, Any]]:
    warnings = [event["data"] for event in events_of(service, job_id) if event["event"] == "warning"]
    return [warning for warning in warnings if warning["code"] == "worker-died"]


def events_of(service: Service, job_id: str) -> list[dict[str, Any]]:
    path = f"{service.client.server}/jobs/{job_id}/events?limit=1000"
    events: list[dict[str, Any]] = httpx.get(path, headers={"Accept": "application/json"}).json()["items"]
    return events


@pytest.mark.long
def test_a_job_that_needs_more_memory_than_its_worker_may_have_fails_and_says_so(tmp_path: Path):
    service = Service(tmp_path, worker_memory="400MiB")
    service.client.import_archive("shapes", write_pictures(tmp_path / "pictures")[0])
    large = {"hidden_layers": [3000], "first_layer": "weight_space"}  # of weights alone 281 MiB, and gradients beside
    job_id = service.client.train("shapes", "large", hyperparameters=large)["id"]
    wait_until(lambda: service.client.job(job_id)["status"] == "failed")
    error = service.client.job(job_id)["error"]
    assert error["code"] == "worker-died"
    assert re.search(
        r"stopped with \d{3} MiB in memory, which is too much; when last seen .* of 400 MiB", error["detail"]
    )
    assert len(deaths(service, job_id)) == 3
    small = service.client.train("shapes", "small", hyperparameters={"epochs": 3})["id"]
    ended(service, small)
    service.stop()


@pytest.mark.long
def test_jobs_of_many_clients_all_end_once_and_no_statement_meets_a_lock(tmp_path: Path):
    service = Service(tmp_path, log=tmp_path / "log")
    service.client.import_archive("shapes", write_pictures(tmp_path / "pictures")[0])

    def submit(number: int) -> list[str]:
        with Client(service.client.server) as client:
            return [
                client.train("shapes", f"many-{number}", hyperparameters={"epochs": 2, "seed": seed})["id"]
                for seed in range(25)
            ]

    with ThreadPoolExecutor(8) as clients:
        job_ids = [job_id for ids in clients.map(submit, range(8)) for job_id in ids]
    jobs = [ended(service, job_id) for job_id in job_ids]
    assert len({job["id"] for job in jobs}) == 200
    assert {job["attempt"] for job in jobs} == {1}
    versions = {(job["model"]["name"], job["model"]["version"]) for job in jobs}
    assert versions == {(f"many-{number}", version) for number in range(8) for version in range(1, 26)}
    service.stop()
    log = (tmp_path / "log").read_text()  # of the service and of its workers
    assert len(re.findall(r'"status": "succeeded"', log)) == 200
    assert re.findall(r'.*locked.*|.*"status": 5\d\d\b.*', log) == []


@pytest.mark.long
def test_wishes_are_fulfilled_while_one_epoch_takes_seconds_and_another_job_trains(tmp_path: Path):
    service = Service(tmp_path, training_workers=2)
    service.client.import_archive("shapes", write_pictures(tmp_path / "pictures")[0])
    random_numbers = np.random.default_rng(0)
    with h5py.File(tmp_path / "many.h5", "w") as file:
        file["train_set_x"] = random_numbers.integers(0, 256, (10_000, 64, 64, 3), dtype=np.uint8)
        file["train_set_y"] = random_numbers.integers(0, 2, 10_000)
        file["list_classes"] = np.array([b"dark", b"bright"])
    service.client.import_hdf5("many", tmp_path / "many.h5")
    other = service.client.train("shapes", "other", hyperparameters={"epochs": 1_000_000})["id"]
    job_id = service.client.train("many", "wide", hyperparameters={"hidden_layers": [200], "epochs": 100})["id"]
    moments = random.Random(3)
    for act, status in (*[("pause", "paused"), ("resume", "running")] * 3, ("cancel", "cancelled")):
        wait_until(lambda act=act: service.client.job(job_id)["status"] in ("running", "paused"))
        time.sleep(moments.uniform(0, 5))
        getattr(service.client, act)(job_id)
        wait_until(lambda status=status: service.client.job(job_id)["status"] == status)
    assert service.client.job(other)["status"] == "running"
    service.stop()


@pytest.mark.long
def test_a_request_that_is_sent_again_after_a_restart_is_done_once(tmp_path: Path):
    service = Service(tmp_path, webhook_hosts="127.0.0.1")
    [archive, _] = write_pictures(tmp_path / "pictures")
    training = {"dataset": "shapes", "model": "once", "hyperparameters": {"epochs": 1}}
    training["webhook"] = {"url": "http://127.0.0.1:9/", "secret": "whsec_" + 43 * "A" + "="}
    search = {"dataset": "shapes", "model": "found", "hyperparameters": {"epochs": 1}, "folds": 2}
    other_secret = {"url": "http://127.0.0.1:9/", "secret": "whsec_" + 43 * "B" + "="}

    def send(path: str, **body: Any) -> httpx.Response:
        return httpx.post(service.client.server + path, headers={"Idempotency-Key": "a-key"}, **body)

    def send_all() -> list[Any]:
        form = {"data": {"name": "shapes"}, "files": {"archive": ("file", archive.read_bytes())}}
        answers = send("/datasets", **form), send("/train", json=training), send("/tune", json=search)
        assert [answer.status_code for answer in answers] == [201, 202, 202]
        dataset, *jobs = (answer.json() for answer in answers)
        return [dataset, *(job["id"] for job in jobs)]

    first = send_all()
    service.kill()
    service.start()

    assert send_all() == first
    assert [job["id"] for job in service.client.jobs()] == [first[2], first[1]]
    assert [dataset["name"] for dataset in service.client.datasets()] == ["shapes"]
    refused = [
        send("/train", json=training | {"webhook": other_secret}),
        send("/tune", json=search | {"folds": 3}),
        send("/datasets", data={"name": "others"}, files={"archive": ("file", archive.read_bytes())}),
    ]
    assert [answer.json()["code"] for answer in refused] == ["idempotency-key-reused"] * 3
    assert [answer.status_code for answer in refused] == [422] * 3
    service.stop()
