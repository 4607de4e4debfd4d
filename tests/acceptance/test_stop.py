"""The service starts and stops as a supervisor wants it: one line when ready, code 0, and no process left behind."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.client import Client


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_stops_with_code_0_and_leaves_nothing_but_its_home(tmp_path: Path, number: signal.Signals):
    process, address = start(tmp_path)
    children = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(number)
    output, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert output == ""
    assert address.startswith("http://127.0.0.1:")
    assert children
    wait_until(lambda: not any(map(is_alive, children)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "models"]


def test_killed_it_leaves_no_process_and_starts_again(tmp_path: Path):
    process, _ = start(tmp_path)
    children = psutil.Process(process.pid).children(recursive=True)

    process.kill()
    process.communicate(timeout=10)
    wait_until(lambda: not any(map(is_alive, children)))
    again, address = start(tmp_path)

    with Client(address) as remote:
        assert remote.ready()
    assert stop(again) == 0


def is_alive(process: psutil.Process) -> bool:
    """Whether it still does something; whoever started it may not have noticed its end."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def wait_until(condition: Callable[[], bool], *, seconds: float = 10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def stop(process: "subprocess.Popen[str]") -> int:
    process.terminate()
    process.communicate(timeout=30)
    return process.returncode


def start(home: Path) -> tuple["subprocess.Popen[str]", str]:
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=home)
    line = process.stdout.readline()
    assert line.startswith("listening on ")
    return process, line.removeprefix("listening on ").strip()
