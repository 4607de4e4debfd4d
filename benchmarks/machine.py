"""What the figures were measured on, without the name of any machine or folder."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from threadpoolctl import threadpool_info


def description() -> str:
    """Return one line: the processor, what it runs, and how busy it was with other things."""
    blas = {f"{one['internal_api']} {one['version']} ({one.get('architecture', '?')})" for one in blas_libraries()}
    parts = [
        f"{processor()}, {os.cpu_count()} cores",
        f"Python {platform.python_version()}",
        *(f"{name} {found}" for name in ("numpy", "scikit-learn", "torch") if (found := installed(name))),
        *sorted(blas),
        f"load {os.getloadavg()[0]:.1f}",
        f"{datetime.now(tz=UTC):%Y-%m-%d}",
    ]
    return ", ".join(parts)


def blas_libraries() -> list[dict[str, str]]:
    """Return what threadpoolctl tells of the BLAS libraries in this process."""
    return [one for one in threadpool_info() if one["user_api"] == "blas"]


def processor() -> str:
    """Return the processor's model."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def installed(package: str) -> str | None:
    """Return the version of a package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
