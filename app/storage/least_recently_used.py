"""Room for a new file in a directory that may have so many bytes: what was not used for longest goes first."""

import time
from collections.abc import Iterable
from pathlib import Path


def make_room(files: Iterable[Path], *, size: int, limit: int, seconds_in_use: float = 0) -> bool:
    """Remove files until so many bytes may be added; return whether they may be.

    A file was used when its time of modification says; one that was used in the last seconds is left.
    """
    described = []
    for path in files:
        try:
            described.append((path.stat().st_mtime, path.stat().st_size, path))
        except FileNotFoundError:  # by another process
            continue
    used = sum(bytes_ for _, bytes_, _ in described)
    for modified, bytes_, path in sorted(described):
        if used + size <= limit or modified > time.time() - seconds_in_use:
            break
        path.unlink(missing_ok=True)
        used -= bytes_
    return used + size <= limit
