import os
import pty
import subprocess
import sys


def test_in_a_terminal_there_is_a_bar(service: str, trained: str):
    shown = in_terminal("train", trained, "bar", "--epochs", "300", "--server", service)

    assert "succeeded" in shown
    assert "━━━" in shown
    assert "epoch 300 of 300" in shown
    assert "cost 0." in shown


def in_terminal(*words: str) -> str:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen([sys.executable, "-m", "app.cli", *words], stdout=theirs, env=environment) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: read(ours), b""))
    os.close(ours)
    assert process.returncode == 0
    return shown.decode()


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what Linux answers once the other side has closed
        return b""
