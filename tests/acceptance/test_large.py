"""More images than fit: import, training and predictions in bounded memory, seen at the processes of a real service."""

import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.client import Client, Refused
from app.demo import own_service
from app.storage.dataset_file import LARGEST_IN_MEMORY
from benchmarks.class_folders import CLASSES, write_zip
from nncore.inputs import LARGEST_HELD

INPUTS = 64 * 64 * 3
IMAGES = LARGEST_IN_MEMORY // INPUTS + 1  # as floats of 8 bytes they would be more than is held, too
TEST_IMAGES = 600
MEBIBYTE = 2**20
MOST_RESIDENT = 400 * MEBIBYTE
MOST_OF_A_WORKER = 600 * MEBIBYTE  # all images as floats would be 2 GB
REQUESTS_PER_SECOND = 8


def highest_resident(process: psutil.Process) -> int:
    """Return the most bytes that a process has had resident."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024


def patiently(call, *arguments, **more):
    """Make a call to a service that has no time at the moment, and says when it will."""
    deadline = time.monotonic() + 120
    while True:
        try:
            return call(*arguments, **more)
        except Refused as refused:
            if refused.retry_after is None or time.monotonic() > deadline:
                raise
            time.sleep(refused.retry_after)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NNCORE_REQUESTS_PER_SECOND", str(REQUESTS_PER_SECOND))
    return tmp_path / "home"


@pytest.mark.long
def test_memory_does_not_grow_with_the_images(home: Path, tmp_path: Path):
    assert IMAGES * INPUTS * 8 > LARGEST_HELD
    write_zip(tmp_path / "stripes.zip", train=IMAGES, test=TEST_IMAGES)
    with own_service(home) as address, Client(address) as client:
        [service] = [each for each in psutil.Process().children() if str(home) in each.cmdline()]
        told = []
        dataset = client.import_archive(
            "stripes", tmp_path / "stripes.zip", on_pictures=lambda done, _: told.append(done)
        )
        assert dataset["images"] == {"train": IMAGES, "test": TEST_IMAGES}
        assert len(dataset["classes"]) == CLASSES
        assert told == sorted(told)
        assert len(told) > 1
        assert highest_resident(service) < MOST_RESIDENT

        job = train(client)
        assert (job["status"], job["first_layer"]) == ("succeeded", "weight_space")
        assert max(map(highest_resident, service.children(recursive=True))) < MOST_OF_A_WORKER

        with zipfile.ZipFile(tmp_path / "stripes.zip") as archive:
            tests = [name for name in archive.namelist() if name.startswith("test/")]
            archive.extractall(tmp_path, members=tests)
        (tmp_path / "test" / "broken.jpg").write_text("no picture", encoding="utf-8")
        answers = predict(tmp_path / "test", address)
        assert [answer["filename"] for answer in answers] == [str(path) for path in files(tmp_path / "test")]
        assert [answer["error"]["code"] for answer in answers if "error" in answer] == ["not-an-image"]
        assert accuracy(answers) == pytest.approx(job["metrics"]["test"]["accuracy"])
        assert highest_resident(service) < MOST_RESIDENT


def train(client: Client) -> dict:
    """Train an epoch, in floats of 8 bytes, and return the job in the end."""
    hyperparameters = {"hidden_layers": [5], "initializer": "he", "batch_size": 64, "epochs": 1, "dtype": "float64"}
    job = patiently(client.train, "stripes", "stripes", hyperparameters=hyperparameters)
    deadline = time.monotonic() + 300
    while job["finished_at"] is None:
        assert time.monotonic() < deadline, f"waited in vain: {job}"
        time.sleep(0.5)
        job = patiently(client.job, job["id"])
    return job


def predict(folder: Path, address: str) -> list[dict]:
    """Have the command predict on a folder with one file that is no picture."""
    command = [sys.executable, "-m", "app.cli", "predict", "--batch", folder, "--json", "--server", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert done.stderr == f"nncore: 1 of {TEST_IMAGES + 1} pictures could not be read\n"
    return [json.loads(line) for line in done.stdout.splitlines()]


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def accuracy(answers: list[dict]) -> float:
    right = [answer["label"] == Path(answer["filename"]).parent.name for answer in answers if "error" not in answer]
    return float(np.mean(right))
