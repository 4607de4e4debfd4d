"""Predictions over HTTP, beside LitServe, BentoML and MLServer as they come.

The 150x150 JPEG of the benchmark `serving` at 8 connections, the same network behind each, in environments of their
own with their own defaults (`peer_services/`). MLServer takes the picture in base64, the way of its protocol for JSON.
nncore is asked with one and with two processes. All take turns. `processes` are those that used more than a
twentieth of a core meanwhile, `CPU a request` is that of all of them; `to the best of as many` compares with the peers
of as many processes.
"""

import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx
import psutil

from benchmarks import serving
from benchmarks.measure import seconds, times, verdict

CONNECTIONS = 8
BAR = 1.5
WORKS = 0.05
"""From what share of a core on a process is one that works."""
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
    process: psutil.Process
    content_type: str = serving.FORM

    def cpu(self) -> dict[int, float]:
        """Return the seconds of CPU that each of its processes has used."""
        times = {each.pid: each.cpu_times() for each in (self.process, *self.process.children(recursive=True))}
        return {pid: used.user + used.system for pid, used in times.items()}


@dataclass
class Seen:
    """What was seen of a contender, one value a round."""

    rates: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    processes: list[int] = field(default_factory=list)

    def add(self, result: dict[str, float], used: Sequence[float]) -> None:
        """Add a round: what wrk told, and what each process used."""
        self.rates.append(result["requests"] / result["seconds"])
        self.tails.append(result["p99"])
        self.cpu.append(sum(used) / result["requests"])
        self.processes.append(sum(each > WORKS * result["seconds"] for each in used))


def rows() -> list[dict[str, str]]:
    """Ask all in turns."""
    installed = [name for name in STARTERS if (PEERS / name).is_dir()]
    if not installed:
        print(f"none of {', '.join(STARTERS)} is in {PEERS}; benchmarks/README.md says how to install them")
        return []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        contenders = _start(Path(folder), installed, stack)
        seen = {each.name: Seen() for each in contenders}
        for number in range(-1, serving.ROUNDS):
            for each in contenders:
                before = each.cpu()
                result = serving.ask(
                    each.address, body=each.body, connections=CONNECTIONS, content_type=each.content_type
                )
                if number >= 0 and not result["failed"]:
                    seen[each.name].add(result, [used - before.get(pid, 0) for pid, used in each.cpu().items()])
    peers = {name: seen[name] for name in installed}
    return [_row(name, each, peers=peers) for name, each in seen.items()] + [
        {"service": name, "requests/s": "not installed"} for name in STARTERS if name not in installed
    ]


def _row(name: str, seen: Seen, *, peers: dict[str, Seen]) -> dict[str, str]:
    processes = median(seen.processes)
    ratio = median(seen.rates) / max(median(peer.rates) for peer in peers.values())
    alike = [median(peer.rates) for peer in peers.values() if median(peer.processes) == processes]
    return {
        "service": name,
        "processes": f"{processes:.0f}",
        "requests/s": f"{median(seen.rates):.0f}",
        "CPU a request": seconds(median(seen.cpu)),
        "p99": seconds(median(seen.tails)),
        "to the best peer": times(ratio),
        "bar": verdict(ratio, least=BAR) if name.startswith("nncore") else "",
        "to the best of as many": times(median(seen.rates) / max(alike)) if alike else "",
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
        Contender(name, f"{each.address}/predict?model=m", form, psutil.Process(each.process.pid))
        for name, each in (("nncore", one), ("nncore, 2 processes", two))
    ]
    for name in installed:
        port = _free_port()
        process = stack.enter_context(_peer(STARTERS[name](PEERS / name / "bin", port, home), weights=weights))
        is_json = name == "mlserver"
        path, body, kind = (
            ("v2/models/m/infer", tensor, "application/json") if is_json else ("predict", form, serving.FORM)
        )
        contenders.append(Contender(name, f"http://127.0.0.1:{port}/{path}", body, process, kind))
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
def _peer(command: list[str], *, weights: Path) -> Iterator[psutil.Process]:
    program = str(Path(command[0]).absolute())
    environment = os.environ | {"WEIGHTS": str(weights), "PYTHONPATH": str(SERVICES)}
    with subprocess.Popen(
        [program, *command[1:]],
        env=environment,
        cwd=SERVICES,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        first = psutil.Process(process.pid)
        try:
            yield first
        finally:
            for each in (*first.children(recursive=True), first):  # not all of them end when asked to
                with suppress(psutil.NoSuchProcess):
                    each.kill()


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
