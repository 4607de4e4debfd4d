import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.acceptance.visitor import CHROMIUM, SWITCHES

REPOSITORY = Path(__file__).parents[2]
AS_WRITTEN = "http://127.0.0.1:8000"
END_OF_BLOCK = "-- end of block --"

Pasted = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def _own_database(on_new_database: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Services that a test starts by itself use a database of their own."""
    with on_new_database():
        yield


@pytest.fixture(scope="module")  # no longer: while it is there, nothing else may have an event loop
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("there is no /usr/bin/chromium on this machine (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def paste(service: str) -> Callable[..., Pasted]:
    """A function that pastes the blocks of a document into one shell, and returns each with what it printed."""

    def paste(document: str, *, folder: Path) -> Pasted:
        blocks = shell_blocks(REPOSITORY / document)
        script = "\n".join(f"{block}\necho; echo '{END_OF_BLOCK}'" for block in blocks)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace(AS_WRITTEN, service).replace(".venv/bin/", "")],
            check=False,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "PATH": path, "NNCORE_SERVER": service},
        )
        outputs = done.stdout.split(END_OF_BLOCK)
        assert done.returncode == 0, f"{blocks[len(outputs) - 1]}\n{outputs[-1]}\n{done.stderr}"
        return list(zip(blocks, outputs, strict=False))

    return paste


def shell_blocks(document: Path) -> list[str]:
    """Return the blocks that speak to the service; those that install or start something are left out."""
    blocks = re.findall(r"```sh\n(.*?)```", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [block for block in blocks if re.search(r"^(curl|\.venv/bin/nncore|until|job=)", block, flags=re.MULTILINE)]
