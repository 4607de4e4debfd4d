"""The cluster of compose.yaml, its commands and variables as they stand there, without containers."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.client import Client
from app.demo import own_service, write_pictures
from tests.conftest import free_port
from tests.programs import Program

REPOSITORY = Path(__file__).parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["services"]
NETWORK = {"hidden_layers": [20], "initializer": "he", "learning_rate": 0.02, "epochs": 300}


def program(name: str, *, port: int, folder: Path) -> Program:
    """Start a service of the cluster on loopback; `dask` is the one of this installation."""
    service = SERVICES[name]
    words = [str(Path(sys.executable).with_name("dask")), *service["entrypoint"][1:], *service["command"]]
    here = {"scheduler:8786": f"127.0.0.1:{port}", "8786": str(port), "=/tmp": f"={folder}"}
    for there, instead in here.items():
        words = [word.replace(there, instead) for word in words]
    environment = {key: str(value) for key, value in service.get("environment", {}).items()}
    return Program(*words, "--host", "127.0.0.1", folder=folder, environment=environment)


@pytest.mark.long
def test_an_api_of_two_processes_has_two_workers_train(tmp_path, new_postgresql, monkeypatch):
    port = free_port()
    values = SERVICES["api"]["environment"] | {
        "NNCORE_DATABASE_URL": new_postgresql(),
        "NNCORE_SCHEDULER": f"tcp://127.0.0.1:{port}",
    }
    for name, value in values.items():
        if value is not None:
            monkeypatch.setenv(name, str(value))
    archive, picture = write_pictures(tmp_path / "pictures")
    with ExitStack() as running:
        running.enter_context(program("scheduler", port=port, folder=tmp_path))
        for _ in range(SERVICES["worker"]["deploy"]["replicas"]):
            running.enter_context(program("worker", port=port, folder=tmp_path))
        client = running.enter_context(Client(running.enter_context(own_service(tmp_path / "home"))))
        client.import_archive("shapes", archive)
        jobs = [client.train("shapes", f"m{seed}", hyperparameters=NETWORK | {"seed": seed}) for seed in range(4)]
        assert {list(client.watch(job["id"]))[-1]["status"] for job in jobs} == {"succeeded"}
        assert client.predict([picture], model="m3")["predictions"][0]["label"] == "ring"
