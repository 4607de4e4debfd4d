"""Programs beside the service, such as a Dask scheduler and its workers: started, killed and started again."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

import psutil


class Program:
    """A program in a process group of its own; within a `with` block, which kills it at the end."""

    def __init__(self, *command: str, folder: Path, environment: dict[str, str] | None = None) -> None:
        self.command = command
        self.folder = folder
        self.environment = os.environ | (environment or {})
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=self.environment, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_children(self) -> None:
        """Kill what the program has started, but not itself."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            child.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.returncode is None:
            self.kill()


def dask_scheduler(port: int, *, folder: Path) -> Program:
    options = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--preload", "app.jobs.spans")
    return Program(sys.executable, "-m", "distributed.cli.dask_scheduler", *options, folder=folder)


def dask_worker(port: int, *, folder: Path, environment: dict[str, str] | None = None) -> Program:
    """Start a worker that is started again whenever it ends, as systemd, Compose and Kubernetes do it."""
    options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--preload", "app.jobs.worker")
    worker = (sys.executable, "-m", "distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}", *options)
    return Program("sh", "-c", 'while true; do "$@"; done', "sh", *worker, folder=folder, environment=environment)
