"""The files that a client sends, with how far they are."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from app.client_errors import ClientError

OnProgress = Callable[[int, int], None]
"""What is called while an upload goes on, with how many bytes were sent and how many there are."""


class Upload(io.FileIO):
    """A file that says of each read how many bytes it was."""

    on_read: Callable[[int], None] | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        chunk = super().read(size)
        if self.on_read is not None:
            self.on_read(len(chunk))
        return chunk


@contextmanager
def form_of(
    files: dict[str, Any], *, on_progress: OnProgress | None = None
) -> Iterator[list[tuple[str, tuple[str, Upload]]]]:
    """Give the parts of a form with these files, by field, open for as long as the block takes; raises ClientError."""
    with ExitStack() as opened:
        parts = [
            (field, (shown_name(Path(file).name), opened.enter_context(_opened(Path(file)))))
            for field, paths in files.items()
            for file in paths
        ]
        if on_progress is not None:
            _count([file for _, (_, file) in parts], on_progress)
        yield parts


def shown_name(path: str | Path) -> str:
    """Return a path as text that can be sent and printed, also where its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _count(files: list[Upload], on_progress: OnProgress) -> None:
    """Have files tell how much of them all was read."""
    size = sum(file.seek(0, io.SEEK_END) for file in files)
    sent = 0

    def add(more: int) -> None:
        nonlocal sent
        sent += more
        on_progress(sent, size)

    for file in files:
        file.seek(0)
        file.on_read = add


def _opened(path: Path) -> Upload:
    try:
        return Upload(path)
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
        raise ClientError(message) from error
