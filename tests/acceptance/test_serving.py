"""Predictions of a service under load, in several processes, and while it stops."""

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

import httpx
import numpy as np
import psutil
import pytest
from PIL import Image

from app.client import Client


@contextmanager
def serving(
    home: Path, *options: str, log: IO[str] | None = None, **settings: str
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A service of one's own, and its address."""
    environment = os.environ | {f"NNCORE_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--home", str(home), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=home, env=environment)
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on ")
        yield process, line.removeprefix("listening on ").strip()
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture
def parameters(remote: Client, trained: str) -> bytes:
    return remote.parameters(trained, 1)


def bring(address: str, parameters: bytes, *, name: str = "brought") -> None:
    answer = httpx.post(f"{address}/models/{name}/versions", files={"parameters": ("p.h5", parameters)}, timeout=60)
    answer.raise_for_status()


def picture(number: int, *, side: int = 100) -> bytes:
    file = BytesIO()
    noise = np.random.default_rng(number).integers(0, 256, size=(side, side, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file, format="PNG" if number % 3 == 0 else "JPEG")
    return file.getvalue()


class SlowUpload:
    """A prediction whose picture is sent in two halves."""

    def __init__(self, address: str, *, content: bytes | None = None) -> None:
        host, port = address.removeprefix("http://").split(":")
        content = content or picture(1)
        head = f"POST /predict HTTP/1.1\r\nHost: {host}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(content)}"
        self._rest = content[100:]
        self._socket = socket.create_connection((host, int(port)), timeout=60)
        self._socket.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode() + content[:100])

    def finish(self) -> bytes:
        """Send the second half and return the whole answer."""
        self.send()
        return self.receive()

    def send(self) -> None:
        """Send the second half."""
        self._socket.sendall(self._rest)

    def receive(self) -> bytes:
        """Return the whole answer."""
        answer = b"".join(iter(lambda: self._socket.recv(65536), b""))
        self._socket.close()
        return answer


def test_a_full_service_sends_others_away_and_answers_what_it_took_while_it_stops(tmp_path: Path, parameters: bytes):
    with serving(tmp_path, max_waiting="1") as (process, address):
        bring(address, parameters)
        slow = SlowUpload(address)
        answers = []

        def is_full() -> bool:
            answers.append(httpx.post(f"{address}/predict", content=picture(1), headers={"Content-Type": "image/jpeg"}))
            return answers[-1].status_code != httpx.codes.OK

        wait_until(is_full)
        assert answers[-1].json()["code"] == "overloaded"
        assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (503, "1")
        assert httpx.get(f"{address}/livez").status_code == httpx.codes.OK

        process.terminate()
        wait_until(lambda: not takes_connections(address))
        answer = slow.finish()
        process.wait(timeout=60)
        assert process.returncode == 0
        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"probability":' in answer


@pytest.mark.long
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_stop_answers_all_that_was_accepted(tmp_path: Path, parameters: bytes, workers: str):
    with (
        (tmp_path / "log").open("w") as log,
        serving(tmp_path, "--workers", workers, log=log) as (process, address),
    ):
        bring(address, parameters)
        slow = SlowUpload(address)
        content = costly()
        asked = [SlowUpload(address, content=content) for _ in range(150)]
        for each in asked:
            each.send()
        time.sleep(2)  # until the last of them has been read
        process.terminate()
        answers = [each.receive() for each in asked]
        unfinished = slow.receive()
        process.wait(timeout=60)
    assert process.returncode == 0
    statuses = [answer.split(b"\r\n")[0] for answer in answers]
    assert set(statuses) == {b"HTTP/1.1 200 OK", b"HTTP/1.1 503 Service Unavailable"}, set(statuses)
    for answer in (*answers, unfinished):
        if b" 503 " in answer[:20]:
            assert b"\r\nretry-after: 1\r\n" in answer
            assert b"application/problem+json" in answer
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "stopping"
    assert b" 503 " in unfinished[:20]
    assert "Traceback" not in (tmp_path / "log").read_text()


def costly() -> bytes:
    """A picture of few bytes that takes a good while to decode."""
    file = BytesIO()
    Image.new("RGB", (7000, 7000)).save(file, format="PNG")
    return file.getvalue()


@pytest.mark.long
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_picture_gets_the_same_bits_in_any_company_and_from_any_process(
    remote: Client, trained: str, tmp_path: Path, dtype: str
):
    name = f"bits-{dtype}"
    job = remote.train(trained, name, hyperparameters={"epochs": 20, "hidden_layers": [20, 7], "dtype": dtype})
    assert list(remote.watch(job["id"]))[-1]["status"] == "succeeded"
    contents = [picture(number) for number in range(100)]
    alone = {number: batch(remote.server, name, contents, [number])[number] for number in range(100)}
    assert len(set(alone.values())) > 90

    with serving(tmp_path, "--workers", "2") as (_, address):
        bring(address, remote.parameters(name, 1), name=name)
        orders = [company for size in (1, 2, 3, 16, 17, 100) for company in companies(size)]
        with ThreadPoolExecutor(8) as pool:
            for server in (remote.server, address):
                found = pool.map(lambda order, server=server: batch(server, name, contents, order), orders)
                assert all(bits == alone[number] for answer in found for number, bits in answer.items())


def companies(size: int) -> list[list[int]]:
    """Some batches of a size, in any order."""
    return [random.Random(seed).sample(range(100), size) for seed in range(4)]


def batch(address: str, model: str, contents: list[bytes], order: list[int]) -> dict[int, tuple[str, ...]]:
    """Predict a batch; return the bits of each picture's probabilities."""
    files = [("file", (str(number), contents[number])) for number in order]
    answer = httpx.post(f"{address}/predict", params={"model": model}, files=files, timeout=120).raise_for_status()
    return {
        int(each["filename"]): tuple(value.hex() for value in each["probabilities"].values())
        for each in answer.json()["predictions"]
    }


@pytest.mark.long
def test_the_rest_of_the_api_answers_while_large_pictures_are_decoded(tmp_path: Path, parameters: bytes):
    with serving(tmp_path) as (_, address):
        bring(address, parameters)
        large = picture(1, side=4000)

        def predict() -> int:
            answer = httpx.post(f"{address}/predict", files={"file": ("l.jpg", large)}, timeout=120)
            return answer.status_code

        with ThreadPoolExecutor(9) as pool:
            answers = [pool.submit(predict) for _ in range(8)]
            looks = pool.submit(lambda: [httpx.get(f"{address}/models", timeout=60) for _ in range(5)])
            assert all(answer.status_code == httpx.codes.OK for answer in looks.result())
            assert [answer.result() for answer in answers] == [httpx.codes.OK] * 8


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.mark.long
def test_memory_stays_while_predictions_are_many_and_versions_change(
    tmp_path: Path, parameters: bytes, record_property
):
    predictions = int(os.environ.get("PREDICTIONS", "5000"))  # 20000 for what was promised, in two to five minutes
    changes, warm_up = predictions // 100, 1000
    with serving(tmp_path) as (process, address), httpx.Client(base_url=address, timeout=60) as client:
        bring(address, parameters)
        bring(address, parameters)
        answering = psutil.Process(process.pid)
        contents = [picture(number) for number in range(10)]
        before = 0
        for number in range(predictions):
            if number % (predictions // changes) == 0:
                version = 1 + number // (predictions // changes) % 2
                client.put("/models/brought/aliases/live", json={"version": version}).raise_for_status()
            content = contents[number % len(contents)]
            answer = client.post("/predict?model=brought@live", content=content, headers={"Content-Type": "image/jpeg"})
            assert answer.json()["model"]["version"] == version
            if number == warm_up:
                before = answering.memory_info().rss
        grown = answering.memory_info().rss - before
    record_property("grown_bytes", grown)  # for --junit-xml with -o junit_family=legacy
    assert grown < 20 * 2**20


def takes_connections(address: str) -> bool:
    host, port = address.removeprefix("http://").split(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError:
        return False
    return True
