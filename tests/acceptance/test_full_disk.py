"""On a full disk nothing is lost: what cannot be kept is said, what trains waits, and goes on once there is room."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.client import Client, Refused
from app.demo import own_service, write_pictures

MEBIBYTES = 48


@pytest.fixture
def small_disk(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEBIBYTES}m", "tmpfs", disk], check=False)
    if mounted.returncode != 0:
        pytest.skip("a file system cannot be mounted here, so no disk can be made full")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def wait_until(condition: Callable[[], bool], *, seconds: float = 120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def fill(disk: Path, *, leaving: int = 0) -> Path:
    """Leave no more room than for so many bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(file.tell() - leaving)
            return filler


@pytest.mark.long
def test_a_training_waits_for_room_and_an_import_is_refused(small_disk: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("NNCORE_MIN_FREE_BYTES", "0")
    archive, picture = write_pictures(tmp_path / "pictures")
    with own_service(small_disk) as address, Client(address) as client:
        client.import_archive("shapes", archive)
        first = client.train("shapes", "before", hyperparameters={"epochs": 1})["id"]
        wait_until(lambda: client.job(first)["status"] == "succeeded")
        job = client.train("shapes", "waits", hyperparameters={"hidden_layers": [20], "epochs": 3000})["id"]
        wait_until(lambda: client.job(job)["progress"]["epoch"] > 0)
        filler = fill(small_disk)

        with pytest.raises(Refused) as refused:
            client.import_archive("more", archive)

        assert (refused.value.status, refused.value.code) == (503, "storage-full")
        assert httpx.get(f"{address}/livez").status_code == 200
        assert client.job(job)["status"] == "running"
        assert client.predict([picture], model="before")["predictions"][0]["label"]
        assert [dataset["name"] for dataset in client.datasets()] == ["shapes"]
        filler.unlink()
        wait_until(lambda: client.job(job)["status"] == "succeeded")
        assert list((small_disk / "data" / "uploads").iterdir()) == []
        client.import_archive("more", archive)


@pytest.mark.long
def test_a_model_that_finds_no_room_is_registered_once_there_is_some(small_disk: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("NNCORE_MIN_FREE_BYTES", "0")
    archive, picture = write_pictures(tmp_path / "pictures")
    large = {"hidden_layers": [100], "epochs": 5000}  # its file takes 9 MiB, and what is left suffices for rows alone
    with own_service(small_disk) as address, Client(address) as client:
        client.import_archive("shapes", archive)
        job = client.train("shapes", "large", hyperparameters=large, checkpoint_every=500)["id"]
        wait_until(lambda: client.job(job)["progress"]["epoch"] > 0)
        client.pause(job)
        wait_until(lambda: client.job(job)["status"] == "paused")
        assert client.job(job)["progress"]["epoch"] < 5000
        filler = fill(small_disk, leaving=4 * 2**20)
        client.resume(job)
        wait_until(lambda: waits(address, job, "the model is registered") == 1)
        assert waits(address, job, "goes on without checkpoints") == 1  # of the many that found no room
        assert (client.job(job)["status"], client.job(job)["progress"]["epoch"]) == ("running", 5000)
        assert list(client.models()) == []
        assert list((small_disk / "models").rglob("*.h5")) == []

        client.pause(job)  # who waits can be stopped, and go on
        wait_until(lambda: client.job(job)["status"] == "paused")
        assert list((small_disk / "data" / "uploads").iterdir()) == []
        client.resume(job)
        wait_until(lambda: waits(address, job, "the model is registered") == 2)
        filler.unlink()

        wait_until(lambda: client.job(job)["status"] == "succeeded")
        assert client.job(job)["model"]["version"] == 1
        assert client.predict([picture], model="large")["predictions"][0]["label"]
        assert list((small_disk / "data" / "uploads").iterdir()) == []


def waits(address: str, job: str, words: str) -> int:
    """Count how often the log of a job says that there is no room, and what becomes of the job meanwhile."""
    page = httpx.get(f"{address}/jobs/{job}/events?limit=1000", headers={"Accept": "application/json"}).json()
    told = [event["data"] for event in page["items"] if event["data"].get("code") == "storage-full"]
    return sum(words in data["detail"] for data in told)
