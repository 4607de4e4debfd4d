"""Starting the service, and what it takes when it does nothing.

From `nncore serve` with its defaults, in a new home, to the first answer of `/livez`, asked for every 5 ms, and the
processor's time that went into it, which other load on the machine changes least. Then, once `/readyz` says that jobs
can be executed and a few seconds have passed, the memory of all its processes: the part of each page that falls to
each (PSS), which adds up to what the machine loses by the service, what each has for itself alone (USS), and the sum
of what each has resident (RSS), in which a page that several share counts for each.
"""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median

import psutil

from benchmarks.measure import seconds, verdict

ROUNDS = 7
SECONDS_BETWEEN_LOOKS = 0.005
SECONDS_OF_REST = 5
MEBIBYTE = 2**20
KINDS = ("pss", "uss", "rss")


def rows() -> list[dict[str, str]]:
    """Start the service several times, the first time for the bytecode and the disk's cache alone."""
    started = [start(rest=0) for _ in range(ROUNDS + 1)][1:]
    alive, cpu, ready = (median(one[name] for one in started) for name in ("alive", "cpu", "ready"))
    idle = start(rest=SECONDS_OF_REST)
    memory = {kind.upper(): f"{idle[kind]:.0f} MiB" for kind in KINDS}
    line = {
        "to /livez": seconds(alive),
        "its CPU": seconds(cpu),
        "to /readyz": seconds(ready),
        "processes": f"{idle['processes']:.0f}",
    }
    bars = {"seconds": verdict(alive, most=1.2), "MB resident": verdict(idle["rss"] * MEBIBYTE / 1e6, most=250)}
    return [line | memory | bars]


def start(*, rest: float) -> dict[str, float]:
    """Start a service and stop it; return seconds to each answer, and the memory after a rest."""
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as (began, port, process):
        wait_for(lambda: answers(port, "/livez"))
        alive = time.perf_counter() - began
        cpu = sum(psutil.Process(process.pid).cpu_times()[:2])
        wait_for(lambda: answers(port, "/readyz"))
        ready = time.perf_counter() - began
        time.sleep(rest)
        return {"alive": alive, "cpu": cpu, "ready": ready} | memory(process.pid)


@contextmanager
def serving(home: Path) -> Iterator[tuple[float, int, "subprocess.Popen[bytes]"]]:
    """Start `nncore serve` and give when, at which port, and its process."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    command = [str(Path(sys.executable).with_name("nncore")), "serve", "--port", str(port), "--home", str(home)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield began, port, process
        finally:
            process.terminate()


def memory(pid: int) -> dict[str, float]:
    """Return how many processes there are from this one down, and their memory in MiB by each way to count."""
    parent = psutil.Process(pid)
    processes = [parent, *parent.children(recursive=True)]
    found = [process.memory_full_info() for process in processes]
    sums = {kind: sum(getattr(one, kind) for one in found) / MEBIBYTE for kind in KINDS}
    return {"processes": float(len(processes))} | sums


def answers(port: int, path: str) -> bool:
    """Return whether the service answers a path with 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def wait_for(is_so: Callable[[], bool]) -> None:
    """Look again and again until something is so."""
    while not is_so():
        time.sleep(SECONDS_BETWEEN_LOOKS)
