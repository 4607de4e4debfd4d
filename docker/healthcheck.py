"""Whether the service in this container is ready; it may have been started with another host or port."""

import http.client
import os
import sys
from pathlib import Path


def _option(words: list[str], name: str, default: str) -> str:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == f"--{name}":
            return following
        if word.startswith(f"--{name}="):
            return word.partition("=")[2]
    return os.environ.get(f"NNCORE_{name.upper()}", default)


def _status() -> int:
    # the first process is `nncore serve`, or an init that was told to start it
    words = Path("/proc/1/cmdline").read_text(encoding="utf-8").split("\0")
    host = _option(words, "host", "127.0.0.1")
    address = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104, compared, not bound
    connection = http.client.HTTPConnection(address, int(_option(words, "port", "8000")), timeout=5)
    connection.request("GET", "/readyz")
    return connection.getresponse().status


try:
    STATUS = _status()
except OSError as error:
    sys.exit(f"no answer: {error}")
sys.exit(0 if STATUS == http.client.OK else f"not ready: {STATUS}")
