"""A service that listens beyond this machine makes a key, shows it once, and wants it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.client import Client, Refused


def test_a_first_key_is_shown_once_and_opens_the_service(tmp_path: Path):
    shown = start_and_stop(tmp_path)
    again = start_and_stop(tmp_path)

    assert len(set(re.findall(r"nncore_[0-9a-f]+_[\w-]+", shown))) == 1
    assert "/#key=nncore_" in shown
    assert again == ""


def start_and_stop(home: Path) -> str:
    """Return what a service on all addresses prints on stderr; if it shows a key, that key must open it."""
    command = [sys.executable, "-m", "app.cli", "serve", "--host", "0.0.0.0", "--port", "0", "--home", str(home)]
    with (
        (home / "stderr").open("w") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=home) as process,
    ):
        line = process.stdout.readline()
        shown = (home / "stderr").read_text()
        try:
            check(line.split()[-1].replace("0.0.0.0", "127.0.0.1"), shown)
        finally:
            process.terminate()
            process.wait(timeout=30)
    return shown


def check(address: str, shown: str) -> None:
    with Client(address) as stranger, pytest.raises(Refused, match="unauthorized"):
        list(stranger.models())
    for key in re.findall(r"^  (nncore_\S+)$", shown, flags=re.MULTILINE):
        with Client(address, key=key) as known:
            assert known.ready()
            assert list(known.models()) == []
