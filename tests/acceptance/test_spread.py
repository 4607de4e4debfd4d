"""A search is spread over the workers of a service: the same bits as on one, and after the death of any of them."""

from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from app.demo import write_pictures
from tests.acceptance.test_recovery import Service, ended, is_worker, parameters_of, wait_until

SEARCH = {"learning_rate": [float(rate) for rate in np.geomspace(0.001, 0.1, 8)]}
FIXED = {"epochs": 5000, "hidden_layers": [5], "initializer": "he"}


@pytest.mark.long
def test_a_search_has_the_same_bits_on_one_worker_on_two_and_after_a_death(tmp_path: Path):
    service = Service(tmp_path)
    service.client.import_archive("shapes", write_pictures(tmp_path / "pictures")[0])
    alone = outcome(service, begun(service))
    service.stop()
    service = Service(tmp_path, training_workers=2)
    job = begun(service)
    assert job["parts"] == 2
    assert outcome(service, job) == alone
    assert attempts_of_parts(service, job) == {1: [1], 2: [1]}

    job = begun(service)
    wait_until(lambda: {path.parent.name for path in (tmp_path / "data/checkpoints").glob("*/*/*.npz")} == {"1", "2"})
    kill_one_worker(service)
    assert outcome(service, job) == alone
    assert sorted(attempts_of_parts(service, job).values()) == [[1], [1, 2]]
    service.stop()


def begun(service: Service) -> dict[str, Any]:
    return service.client.tune("shapes", "searched", hyperparameters=FIXED, search=SEARCH, folds=5)


def outcome(service: Service, job: dict[str, Any]) -> dict[str, Any]:
    """Wait for the end, and return all that came out of it."""
    job = ended(service, job["id"])
    return {
        "leaderboard": service.client.leaderboard(job["id"]),
        "history": service.client.history(job["id"]),
        "parameters": parameters_of(service, job),
        "metrics": job["metrics"],
        "progress": job["progress"],
    }


def attempts_of_parts(service: Service, job: dict[str, Any]) -> dict[int, list[int]]:
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
