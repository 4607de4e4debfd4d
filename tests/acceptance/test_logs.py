"""What an operator reads: each change of each job is a line, under the id of the request that made the job."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from app.demo import write_pictures

KEY = "an-administrators-key-of-our-own"
SECRET = "whsec_" + 43 * "A" + "="
LONG = {"hidden_layers": [1], "epochs": 1_000_000}


@pytest.mark.long
def test_each_change_of_a_job_is_a_line_under_the_id_of_its_request(tmp_path: Path):
    archive, picture = write_pictures(tmp_path / "pictures")
    with service(tmp_path, log=tmp_path / "log") as (client, process):
        client.post("/datasets", data={"name": "shapes"}, files={"archive": archive.read_bytes()}).raise_for_status()
        webhook = {"url": "http://127.0.0.1:9/?token=of-the-webhook", "secret": SECRET}
        short = train(client, "short", request_id="the-short-one", epochs=1, webhook=webhook)
        wait_until(lambda: status(client, short) == "succeeded")
        diverging = train(client, "diverging", epochs=5, learning_rate=1e300, initializer="he")
        wait_until(lambda: status(client, diverging) == "failed")
        long = train(client, "long", request_id="the-long-one", **LONG)
        wait_until(lambda: client.get(f"/jobs/{long}").json()["progress"]["epoch"] > 0)
        kill_workers(process)
        wait_until(lambda: client.get(f"/jobs/{long}").json()["attempt"] == 2)
        for act, expected in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
            client.post(f"/jobs/{long}/{act}", headers={"X-Request-ID": f"to-{act}"}).raise_for_status()
            wait_until(lambda expected=expected: status(client, long) == expected)
        client.post("/predict?model=short", files={"file": picture.read_bytes()}).raise_for_status()
        unfinished = train(client, "unfinished", **LONG)
        wait_until(lambda: client.get(f"/jobs/{unfinished}").json()["progress"]["epoch"] > 0)
    text = (tmp_path / "log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]

    assert changes(lines, short) == [("queued", 0), ("running", 1), ("succeeded", 1)]
    assert changes(lines, diverging) == [("queued", 0), ("running", 1), ("failed", 1)]
    of_the_long_one = [("queued", 0), ("running", 1), ("running", 2), ("paused", 2), ("queued", 2), ("running", 3)]
    assert changes(lines, long) == [*of_the_long_one, ("cancelled", 3)]
    assert {line["request"] for line in lines if line.get("job") == short} == {"the-short-one"}
    assert {line["request"] for line in lines if line.get("job") == long} == {"the-long-one"}
    assert [line["exit_code"] for line in lines if line["event"] == "the worker of a job died"] == [-9]
    [failed] = [line for line in lines if line.get("status") == "failed"]
    assert failed["code"] == "diverged"
    assert any(line["event"] == "request" and line["request"] == "to-cancel" for line in lines)
    assert not [secret for secret in (KEY, SECRET, "of-the-webhook", "Bearer") if secret in text]


def changes(lines: list[dict[str, Any]], job: str) -> list[tuple[str, int]]:
    return [(line["status"], line["attempt"]) for line in lines if line["event"] == "job" and line["job"] == job]


def train(
    client: httpx.Client, model: str, *, request_id: str = "of-any-name", webhook: Any = None, **more: Any
) -> str:
    body = {"dataset": "shapes", "model": model, "hyperparameters": more, "webhook": webhook}
    answer = client.post("/train", json=body, headers={"X-Request-ID": request_id})
    assert answer.headers["x-request-id"] == request_id
    return str(answer.raise_for_status().json()["id"])


def status(client: httpx.Client, job: str) -> str:
    return str(client.get(f"/jobs/{job}").json()["status"])


def kill_workers(process: psutil.Process) -> None:
    for child in process.children(recursive=True):
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()


@contextmanager
def service(home: Path, *, log: Path) -> Iterator[tuple[httpx.Client, psutil.Process]]:
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--home", str(home)]
    own = {"NNCORE_KEYS": "on", "NNCORE_KEY": KEY, "NNCORE_WEBHOOK_HOSTS": "127.0.0.1"}
    with log.open("w") as stderr:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=home, env=os.environ | own
        )
    address = process.stdout.readline().removeprefix("listening on ").strip()
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {KEY}"}, timeout=60) as client:
        yield client, psutil.Process(process.pid)
    process.terminate()
    process.communicate(timeout=60)


def wait_until(condition: Callable[[], bool], *, seconds: float = 120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
