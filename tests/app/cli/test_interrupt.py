import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.client import Client


@pytest.fixture(autouse=True)
def hears_ctrl_c() -> Iterator[None]:
    """What is started in the background by a shell ignores Ctrl-C, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(("answer", "status"), [(b"y\n", "cancelled"), (b"n\n", "running")])
def test_ctrl_c_asks_what_is_to_become_of_the_job(
    service: str, remote: Client, trained: str, answer: bytes, status: str
):
    ours, theirs = pty.openpty()
    words = ["train", trained, f"interrupted-{status}", "--epochs", "1000000", "--server", service]
    command = [sys.executable, "-m", "app.cli", *words]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        read_until(ours, rb"running")
        process.send_signal(signal.SIGINT)
        asked = read_until(ours, rb"cancel the job (\w+)\?")
        os.write(ours, answer)
        read_until(ours, rb"was cancelled|goes on; `nncore")
    os.close(ours)
    job_id = re.findall(rb"cancel the job (\w+)", asked)[0].decode()

    assert process.returncode == (1 if status == "cancelled" else 0)
    assert remote.job(job_id)["status"] == status
    if status == "running":
        remote.cancel(job_id)


def read_until(terminal: int, pattern: bytes) -> bytes:
    shown = b""
    while not re.search(pattern, shown):
        shown += os.read(terminal, 65536)
    return shown
