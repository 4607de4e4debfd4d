import sys
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
