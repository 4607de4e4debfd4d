"""A job is spread over the workers of a service: the same bits as on one, and after the death of any of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from app.demo import write_pictures
from tests.acceptance.test_recovery import Service, ended, is_worker, parameters_of, wait_until

SEARCH = {"learning_rate": [float(rate) for rate in np.geomspace(0.001, 0.1, 8)]}
FIXED = {"hidden_layers": [5], "initializer": "he"}
STOPPING = {"monitor": "cost", "patience": 0, "min_delta": 1e-6}

Json = dict[str, Any]


def search(service: Service) -> Json:
    return service.client.tune("shapes", "made", hyperparameters=FIXED | {"epochs": 5000}, search=SEARCH, folds=5)


def ensemble(service: Service, *, epochs: int = 12_000, **more: Any) -> Json:
    return service.client.train("shapes", "made", hyperparameters=FIXED | {"epochs": epochs} | more, members=40)


@pytest.fixture
def new_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """A function that starts a service with so many training workers, in place of the last one."""
    running: list[Service] = []

    def new_service(*, workers: int) -> Service:
        if running:
            running.pop().stop()
        running.append(Service(tmp_path, training_workers=workers))
        return running[-1]

    new_service(workers=2).client.import_archive("shapes", write_pictures(tmp_path / "pictures")[0])
    yield new_service
    running.pop().stop()


@pytest.mark.long
@pytest.mark.parametrize("begun", [search, ensemble])
def test_a_job_has_the_same_bits_on_one_worker_on_two_and_after_a_death(
    new_service: Callable[..., Service], begun: Callable[[Service], Json]
) -> None:
    service = new_service(workers=1)
    job = begun(service)
    assert job["parts"] == 0
    alone = outcome(service, job)
    service = new_service(workers=2)
    job = begun(service)
    assert job["parts"] == 2
    assert outcome(service, job) == alone
    assert attempts_of_parts(service, job) == {1: [1], 2: [1]}

    job = begun(service)
    folder = service.home / "data/checkpoints" / job["id"]
    wait_until(lambda: {path.parent.name for path in folder.glob("*/*.npz")} == {"1", "2"})
    kill_one_worker(service)
    assert outcome(service, job) == alone
    assert sorted(attempts[-1] for attempts in attempts_of_parts(service, job).values()) == [1, 2]


@pytest.mark.long
def test_members_can_be_asked_and_kept_while_two_workers_train_them(new_service: Callable[..., Service]) -> None:
    service = new_service(workers=2)
    job = ensemble(service, epochs=100_000)
    folder = service.home / "data/checkpoints" / job["id"]
    wait_until(lambda: {path.parent.name for path in folder.glob("*/*.npz")} == {"1", "2"})
    picture = next((service.home / "pictures").rglob("*.png"))
    answer = service.client.predict([picture], model=f"job:{job['id']}")
    assert 0 < answer["model"]["epoch"] < 100_000
    assert answer["predictions"][0]["uncertainty"] > 0
    wait_until(lambda: service.client.history(job["id"])["epoch"])
    service.client.pause(job["id"])
    wait_until(lambda: service.client.job(job["id"])["status"] == "paused")
    service.client.resume(job["id"])
    service.client.cancel(job["id"], keep=True)
    wait_until(lambda: service.client.job(job["id"])["status"] == "cancelled")
    job = service.client.job(job["id"])
    assert (
        service.client.predict([picture], model=f"made:{job['model']['version']}")["predictions"][0]["uncertainty"] > 0
    )


def outcome(service: Service, job: Json) -> Json:
    """Wait for the end, and return all that came out of it."""
    job = ended(service, job["id"])
    return {
        "leaderboard": None if job["search"] is None else service.client.leaderboard(job["id"]),
        "history": service.client.history(job["id"]),
        "parameters": parameters_of(service, job),
        "metrics": job["metrics"],
        "progress": job["progress"],
    }


def attempts_of_parts(service: Service, job: Json) -> dict[int, list[int]]:
    """Return the attempts at each part that have written a checkpoint."""
    attempts: dict[int, list[int]] = {}
    for event in service.client.events(job["id"]):
        if event["event"] == "checkpoint" and "part" in event["data"]:
            of_part = attempts.setdefault(event["data"]["part"], [])
            of_part.extend({event["data"]["attempt"]} - set(of_part))
    return attempts


def kill_one_worker(service: Service) -> None:
    workers = [
        process for process in psutil.Process(service.process.pid).children(recursive=True) if is_worker(process)
    ]
    workers[0].kill()
