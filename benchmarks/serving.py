"""Predictions over HTTP.

wrk on loopback uploads one JPEG again and again as a form, to nncore with one and with two processes and to a service
of thirty lines (`plain_service.py`: FastAPI, Pillow, NumPy, pydantic). The three take turns. `requests/s` and `p99` are
medians, ratios are medians of the ratios within a round; `CPU a request` is that of the processes that answer, which
other load on the machine changes least; memory is the largest resident set of a process that answers.
`floor` is the same work without HTTP, in a loop on one core, a moment in each round: decode, resize, forward. One
process is compared with it by its requests/s; two by their CPU a request, since wrk takes its share of their cores.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median

import h5py
import httpx
import numpy as np
import psutil
from PIL import Image
from threadpoolctl import threadpool_limits

from app.image_formats import READ_FORMATS
from app.images import read_image
from benchmarks.measure import seconds, times, verdict
from nncore import parameter_file
from nncore.sample_images import draw

BOUNDARY = "----benchmark"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
CONNECTIONS = (8, 32)
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "4"))
PICTURES = {"150x150": (150, 150, 2.0), "640x480": (640, 480, 2.2), "4000x3000": (4000, 3000, 5.0)}
"""Width, height, and how many times as fast as the plain service one process has to be."""
TWO_WORKERS = 3.2
P99 = 0.6
FLOOR = 0.6
FLOOR_SECONDS = 0.5
LOOK = 0.2
IDLE = 0.15
"""Of how much of a core, seen for so many seconds, a service takes less when it has nothing to do."""
MEBIBYTE = 2**20
MOST_MEMORY = 250
SCRIPT = Path(__file__).with_name("upload.lua")


@dataclass(frozen=True)
class Service:
    """A service that is asked: where, and its first process."""

    address: str
    process: "subprocess.Popen[str]"

    def memory(self) -> float:
        """Return the resident memory of the largest process that answers, in MB."""
        return max(each.memory_info().rss for each in self._answering()) / MEBIBYTE

    def cpu(self) -> float:
        """Return the seconds of CPU that the processes that answer have used."""
        used = [each.cpu_times() for each in self._answering()]
        return sum(each.user + each.system for each in used)

    def _answering(self) -> list[psutil.Process]:
        port = int(self.address.split(":")[2].split("/")[0])
        first = psutil.Process(self.process.pid)
        return [each for each in (first, *first.children()) if _listens(each, port=port)]


def _listens(process: psutil.Process, *, port: int) -> bool:
    return any(each.laddr.port == port for each in process.net_connections(kind="tcp"))


def rows() -> list[dict[str, str]]:
    """Measure each picture at each number of connections."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is not on this machine (Debian's package wrk)")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.enter_context(threadpool_limits(1, user_api="blas"))  # of the floor, as it is in the services
        home = Path(folder)
        services = _start(home, stack)
        found = []
        for name, (width, height, bar) in PICTURES.items():
            picture = photo(width, height)
            body = home / f"{name}.form"
            body.write_bytes(form(picture))
            floor = partial(_floor, picture, home / "model.h5")
            for connections in CONNECTIONS:
                found += _rounds(services, name, body=body, connections=connections, bar=bar, floor=floor)
        return found


def _rounds(
    services: dict[str, Service],
    name: str,
    *,
    body: Path,
    connections: int,
    bar: float,
    floor: Callable[[], float],
) -> list[dict[str, str]]:
    told = {service: [] for service in services}
    memory = dict.fromkeys(services, 0.0)
    floors = []
    for number in range(-1, ROUNDS):
        if (alone := floor()) and number >= 0:
            floors.append(alone)
        for service, where in services.items():
            before = where.cpu()
            result = ask(where.address, body=body, connections=connections)
            result["cpu"] = (where.cpu() - before) / max(result["requests"], 1)
            _await_rest(where)
            memory[service] = max(memory[service], where.memory())
            if number >= 0:
                told[service].append(result)
    rates = {service: [_rate(each) for each in results] for service, results in told.items()}
    tails = {service: [each["p99"] or each["seconds"] for each in results] for service, results in told.items()}
    spent = {service: [each["cpu"] for each in results] for service, results in told.items()}
    shares = {
        "nncore": _share(floors, [1 / rate for rate in rates["nncore"]]),
        "nncore, 2 processes": _share(floors, spent["nncore, 2 processes"]),
    }
    bars = {"nncore": bar, "nncore, 2 processes": TWO_WORKERS if name == "150x150" else None, "plain": None}
    return [
        {
            "picture": name,
            "connections": str(connections),
            "service": service,
            "requests/s": f"{median(rates[service]):.0f}",
            "to plain": times(ratio := _ratio(rates[service], rates["plain"])),
            "bar": "" if bars[service] is None else verdict(ratio, least=bars[service]),
            "CPU a request": seconds(median(spent[service])),
            "p99": seconds(median(tails[service])),
            "p99 to plain": _tail(_ratio(tails[service], tails["plain"]), service=service, connections=connections),
            "of the floor": shares.get(service, ""),
            "memory": f"{memory[service]:.0f} MB",
            "failed": str(sum(each["failed"] for each in told[service])),
        }
        for service in services
    ]


def _rate(result: dict[str, float]) -> float:
    """Return the requests in a second; at least one was on its way where none was answered in time."""
    return max(result["requests"], 1) / result["seconds"]


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def _share(floors: list[float], taken: list[float]) -> str:
    share = _ratio(floors, taken)
    return f"{share:.2f} ({verdict(share, least=FLOOR)})"


def _tail(ratio: float, *, service: str, connections: int) -> str:
    judged = service == "nncore" and connections == max(CONNECTIONS)
    return f"{ratio:.2f}" + (f" ({verdict(ratio, most=P99)})" if judged else "")


def ask(address: str, *, body: Path, connections: int, content_type: str = FORM) -> dict[str, float]:
    """Have wrk post a body again and again; return how many were answered in how many seconds, and the tail."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS:g}s", "--timeout", "30s", "-s", str(SCRIPT), address]
    environment = os.environ | {"BODY": str(body), "CONTENT_TYPE": content_type}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def _await_rest(service: Service) -> None:
    """Wait until a service works no more, as it may for clients that have left, so that the next one is alone."""
    while True:
        before = service.cpu()
        time.sleep(LOOK)
        if service.cpu() - before < IDLE * LOOK:
            return


def _floor(picture: bytes, file: Path) -> float:
    """Return the seconds that one picture takes without HTTP."""
    model = parameter_file.read(file).model
    taken: list[float] = []
    while sum(taken) < FLOOR_SECONDS:
        start = time.perf_counter()
        model.probabilities(read_image(picture, max_pixels=50_000_000, formats=READ_FORMATS).pixels[None])
        taken.append(time.perf_counter() - start)
    return median(taken)


def _start(home: Path, stack: ExitStack) -> dict[str, Service]:
    """Start all services with the same network."""
    one = stack.enter_context(nncore(home / "one", workers=1))
    two = stack.enter_context(nncore(home / "two", workers=2))
    content = train(one.address)
    (home / "model.h5").write_bytes(content)
    httpx.post(f"{two.address}/models/m/versions", files={"parameters": ("p.h5", content)}).raise_for_status()
    plain = stack.enter_context(_plain(weights_of(home / "model.h5")))
    asked = {"nncore": one, "nncore, 2 processes": two}
    return {name: Service(f"{each.address}/predict?model=m", each.process) for name, each in asked.items()} | {
        "plain": Service(f"{plain.address}/predict", plain.process)
    }


def weights_of(file: Path) -> Path:
    """Write the arrays of a parameter file beside it, for who has NumPy alone."""
    path = file.with_name("weights.npz")
    with h5py.File(file) as parameters:
        np.savez(path, **{name: array[()] for name, array in parameters["parameters"].items()})
    return path


def train(address: str) -> bytes:
    """Train a small network on built-in pictures; return its parameter file."""
    pixels, labels, names = draw(100, seed=1, size=64)
    file = BytesIO()
    with h5py.File(file, "w") as dataset:
        dataset["train_set_x"], dataset["train_set_y"] = pixels, labels
        dataset["list_classes"] = np.array([name.encode() for name in names])
    httpx.post(f"{address}/datasets", data={"name": "d"}, files={"train": ("d.h5", file.getvalue())}).raise_for_status()
    settings = {"hidden_layers": [20], "initializer": "he", "epochs": 100}
    body = {"dataset": "d", "model": "m", "hyperparameters": settings}
    job = httpx.post(f"{address}/train", json=body).raise_for_status().json()
    while httpx.get(f"{address}/jobs/{job['id']}").json()["status"] in ("queued", "running"):
        time.sleep(0.1)
    return httpx.get(f"{address}/models/m/versions/1/parameters").raise_for_status().content


@contextmanager
def nncore(home: Path, *, workers: int) -> Iterator[Service]:
    """Serve with so many processes."""
    home.mkdir()
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--home", str(home), "--workers", str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield Service(process.stdout.readline().split()[-1], process)
        finally:
            process.terminate()


@contextmanager
def _plain(weights: Path) -> Iterator[Service]:
    command = [sys.executable, "-m", "uvicorn", "benchmarks.plain_service:app", "--port", "0", "--no-access-log"]
    environment = os.environ | {"WEIGHTS": str(weights)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "running on" in line)
        try:
            yield Service(next(word for word in line.split() if word.startswith("http")), process)
        finally:
            process.terminate()


def photo(width: int, height: int) -> bytes:
    """Draw something of a photo's roughness: noise in many sizes, as JPEG of quality 85."""
    random = np.random.default_rng(1)
    image = np.zeros((height, width, 3))
    for size in (4, 16, 64):
        noise = random.integers(0, 256, size=(size, size, 3), dtype=np.uint8)
        image += np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)) / 3
    file = BytesIO()
    Image.fromarray(image.astype(np.uint8)).save(file, format="JPEG", quality=85)
    return file.getvalue()


def form(picture: bytes) -> bytes:
    """Return a form with one file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n'
    return head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + picture + f"\r\n--{BOUNDARY}--\r\n".encode()
