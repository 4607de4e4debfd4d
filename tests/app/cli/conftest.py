import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable

import pytest

from app.cli import main


@pytest.fixture
def nncore(service: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple]:
    """The command, in a pipe and on the shared service: returns exit code, stdout and stderr."""

    def nncore(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["nncore", *map(str, words)])
        monkeypatch.setenv("NNCORE_SERVER", service)
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code or 0, *capsys.readouterr())

    return nncore


@pytest.fixture
def terminal(service: str) -> Callable[..., tuple[int, list[str]]]:
    """The command in a terminal of 80 columns, on the shared service: returns exit code and the lines it has written.

    A line that is written anew, as a bar is, counts each time.
    """

    def terminal(*words: object) -> tuple[int, list[str]]:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        command = [sys.executable, "-m", "app.cli", *map(str, words)]
        environment |= {"TERM": "xterm", "NNCORE_SERVER": service}
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
            os.close(theirs)
            shown = b"".join(iter(lambda: read(ours), b"")).decode()
        os.close(ours)
        lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown))
        return process.returncode, [line.rstrip() for line in lines if line.strip()]

    return terminal


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what Linux answers once the other side has closed
        return b""
