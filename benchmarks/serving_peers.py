"""Predictions over HTTP, beside LitServe, BentoML and MLServer as they come.

The 150x150 JPEG of the benchmark `serving` at 8 connections, the same network behind each, in environments of their
own with their own defaults (`peer_services/`). MLServer takes the picture in base64, the way of its protocol for JSON.
LitServe and MLServer work in two processes by default, so nncore is asked with one and with two. All take turns.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from benchmarks import serving
from benchmarks.measure import seconds, times, verdict

CONNECTIONS = 8
BAR = 1.5
SERVICES = Path(__file__).with_name("peer_services")
PEERS = Path(os.environ.get("SERVING_PEERS", "build/serving-peers"))
"""A folder with an environment for each, as benchmarks/README.md says."""
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Contender:
    """Who is asked: where, with what body."""

    name: str
    address: str
    body: Path
    content_type: str = serving.FORM


def rows() -> list[dict[str, str]]:
    """Ask all in turns."""
    installed = [name for name in STARTERS if (PEERS / name).is_dir()]
    if not installed:
        print(f"none of {', '.join(STARTERS)} is in {PEERS}; benchmarks/README.md says how to install them")
        return []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        contenders = _start(Path(folder), installed, stack)
        rates = {each.name: [] for each in contenders}
        tails = {each.name: [] for each in contenders}
        for number in range(-1, serving.ROUNDS):
            for each in contenders:
                result = serving.ask(
                    each.address, body=each.body, connections=CONNECTIONS, content_type=each.content_type
                )
                if number >= 0 and not result["failed"]:
                    rates[each.name].append(result["requests"] / result["seconds"])
                    tails[each.name].append(result["p99"])
    best = max(installed, key=lambda name: median(rates[name]))
    return [_row(name, rates[name], tails[name], best=rates[best]) for name in rates] + [
        {"service": name, "requests/s": "not installed"} for name in STARTERS if name not in installed
    ]


def _row(name: str, rates: list[float], tails: list[float], *, best: list[float]) -> dict[str, str]:
    ratio = median(rates) / median(best)
    return {
        "service": name,
        "requests/s": f"{median(rates):.0f}",
        "p99": seconds(median(tails)),
        "to the best peer": times(ratio),
        "bar": verdict(ratio, least=BAR) if name.startswith("nncore") else "",
    }


def _start(home: Path, installed: Sequence[str], stack: ExitStack) -> list[Contender]:
    one = stack.enter_context(serving.nncore(home / "one", workers=1))
    two = stack.enter_context(serving.nncore(home / "two", workers=2))
    content = serving.train(one.address)
    (home / "model.h5").write_bytes(content)
    httpx.post(f"{two.address}/models/m/versions", files={"parameters": ("p.h5", content)}).raise_for_status()
    weights = serving.weights_of(home / "model.h5")
    picture = serving.photo(150, 150)
    form, tensor = home / "form", home / "tensor.json"
    form.write_bytes(serving.form(picture))
    tensor.write_text(json.dumps(_tensor(picture)))
    contenders = [
        Contender("nncore", f"{one.address}/predict?model=m", form),
        Contender("nncore, 2 processes", f"{two.address}/predict?model=m", form),
    ]
    for name in installed:
        port = _free_port()
        stack.enter_context(_peer(STARTERS[name](PEERS / name / "bin", port, home), weights=weights))
        is_json = name == "mlserver"
        path, body, kind = (
            ("v2/models/m/infer", tensor, "application/json") if is_json else ("predict", form, serving.FORM)
        )
        contenders.append(Contender(name, f"http://127.0.0.1:{port}/{path}", body, kind))
        _await_answer(contenders[-1])
    return contenders


def _tensor(picture: bytes) -> dict[str, object]:
    content = base64.b64encode(picture).decode()
    return {
        "inputs": [
            {
                "name": "file",
                "datatype": "BYTES",
                "shape": [1],
                "parameters": {"content_type": "base64"},
                "data": [content],
            }
        ]
    }


def _litserve(programs: Path, port: int, _home: Path) -> list[str]:
    return [str(programs / "python"), "litserve_service.py", str(port)]


def _bentoml(programs: Path, port: int, _home: Path) -> list[str]:
    return [str(programs / "bentoml"), "serve", "bentoml_service:Service", "--port", str(port)]


def _mlserver(programs: Path, port: int, home: Path) -> list[str]:
    folder = home / "mlserver"
    folder.mkdir()
    ports = {"http_port": port, "grpc_port": _free_port(), "metrics_port": _free_port()}
    (folder / "settings.json").write_text(json.dumps(ports))
    model = {"name": "m", "implementation": "mlserver_service.Runtime"}
    (folder / "model-settings.json").write_text(json.dumps(model))
    return [str(programs / "mlserver"), "start", str(folder)]


STARTERS: dict[str, Callable[[Path, int, Path], list[str]]] = {
    "litserve": _litserve,
    "bentoml": _bentoml,
    "mlserver": _mlserver,
}


@contextmanager
def _peer(command: list[str], *, weights: Path) -> Iterator[None]:
    program = str(Path(command[0]).absolute())
    environment = os.environ | {"WEIGHTS": str(weights), "PYTHONPATH": str(SERVICES)}
    with subprocess.Popen(
        [program, *command[1:]],
        env=environment,
        cwd=SERVICES,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # not all of them end when asked to


def _await_answer(contender: Contender) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    content, headers = contender.body.read_bytes(), {"Content-Type": contender.content_type}
    while True:
        try:
            answer = httpx.post(contender.address, content=content, headers=headers, timeout=10)
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.is_success:
            return
        if time.monotonic() > deadline:
            sys.exit(f"{contender.name} does not answer: {answer.text if answer is not None else 'no connection'}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
