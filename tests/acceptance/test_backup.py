"""A service is backed up while it is in use and restored elsewhere, by the lines of docs/operations.md."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from app.client import Client
from app.demo import own_service, write_pictures

pytestmark = pytest.mark.long

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
CHAPTER = OPERATIONS.read_text(encoding="utf-8").split("## Backup and restore\n")[1].split("\n## ")[0]
BACK_UP, BACK_UP_POSTGRESQL, RESTORE, RESTORE_POSTGRESQL = re.findall(r"```sh\n(.*?)```", CHAPTER, flags=re.DOTALL)
NETWORK = {"hidden_layers": [8], "initializer": "he", "epochs": 20}


def paste(*blocks: str, **variables: str | Path) -> None:
    environment = {name: str(value) for name, value in variables.items()}
    script = "\n".join(blocks)
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], check=True, env=os.environ | environment)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_copy_of_a_running_service_answers_and_goes_on(request, tmp_path, monkeypatch, database):
    urls = {}
    monkeypatch.delenv("NNCORE_DATABASE_URL", raising=False)
    if database == "postgresql":
        new_database = request.getfixturevalue("new_postgresql")
        urls = {"NNCORE_DATABASE_URL": new_database(), "NEW_DATABASE_URL": new_database()}
        monkeypatch.setenv("NNCORE_DATABASE_URL", urls["NNCORE_DATABASE_URL"])
    archive, picture = write_pictures(tmp_path / "pictures")
    home, copy, new_home = tmp_path / "home", tmp_path / "backup", tmp_path / "restored"
    home.mkdir()

    with own_service(home) as address, Client(address) as client:
        client.import_archive("shapes", archive)
        assert (
            list(client.watch(client.train("shapes", "m", hyperparameters=NETWORK)["id"]))[-1]["status"] == "succeeded"
        )
        told = client.predict([picture], model="m")["predictions"]
        going_on = client.train("shapes", "m", hyperparameters=NETWORK | {"epochs": 500_000, "seed": 2})
        paste(BACK_UP_POSTGRESQL if urls else BACK_UP, NNCORE_HOME=home, BACKUP=copy, **urls)
        client.cancel(going_on["id"])

    paste(RESTORE, *([RESTORE_POSTGRESQL] if urls else []), BACKUP=copy, NEW_HOME=new_home, **urls)
    if urls:
        monkeypatch.setenv("NNCORE_DATABASE_URL", urls["NEW_DATABASE_URL"])
    with own_service(new_home) as address, Client(address) as client:
        assert client.predict([picture], model="m")["predictions"] == told
        assert client.job(going_on["id"])["status"] in ("queued", "running")
        client.cancel(going_on["id"])
        job = client.train("shapes", "m", hyperparameters=NETWORK)
        assert list(client.watch(job["id"]))[-1]["model"]["version"] == 2
