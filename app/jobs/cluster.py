"""Worker processes of our own: a Dask cluster on this machine that ends with this process, whichever way it ends."""

import contextlib
import logging
import os
import signal
from typing import Any

from app.settings import Settings

SECONDS_TO_STOP = 1
ANY_NUMBER = 2**31
"""Dask may send a job to another worker whenever one has died: the job's row counts how often."""
NEVER_GIVEN_UP = {"distributed.deploy.lost-worker-timeout": "3650 days"}
"""By Dask's default a worker is given up if it is not back a while after its death: it may have died once more."""
MEMORY_THAT_STAYS = {"MALLOC_MMAP_THRESHOLD_": 2**25, "MALLOC_TRIM_THRESHOLD_": 2**27}
"""In bytes. By Dask's default a worker gives back whatever it frees at once, and each update of a training, which needs
as much memory as the one before, takes a third longer for fetching it again."""

NO_DIARY = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.low-level-log-length": 100,
    "distributed.admin.system-monitor.log-length": 100,
    "distributed.admin.tick.interval": "500 ms",
}
"""By Dask's default a worker looks 100 times a second at what it executes and keeps that for an hour, which takes more
and more memory, as do its logs and measurements; nobody here reads them. And each part of a cluster looks 50 times a
second whether its event loop turns, which takes half of the processor time of a service that does nothing."""


def start_cluster(settings: Settings) -> Any:
    """Start the worker processes, each with one thread; what a job needs is loaded with the first, and not before."""
    import dask  # noqa: PLC0415, most of a second, for which the first answer need not wait
    import distributed  # noqa: PLC0415

    from app.jobs.nanny import Nanny  # noqa: PLC0415

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # else broken connections are told of after the stop
    environment = dask.config.get("distributed.nanny.pre-spawn-environ") | MEMORY_THAT_STAYS
    dask.config.set(NO_DIARY | NEVER_GIVEN_UP | {"distributed.nanny.pre-spawn-environ": environment})
    return distributed.LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=settings.training_workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        memory_limit=settings.worker_memory,
        local_directory=str(settings.data_directory / "workers"),
        silence_logs=logging.CRITICAL,
        scheduler_kwargs={
            "allowed_failures": ANY_NUMBER,
            "dashboard": False,
            "dashboard_address": "127.0.0.1:0",
            "preload": ["app.jobs.spans"],
        },
        preload=["app.jobs.niceness"],
        worker_class=Nanny,
        settings=settings,
    )


def heal(cluster: Any, *, workers: int) -> None:
    """Replace workers that Dask could not start again; the others it starts again itself."""

    def replace() -> None:
        for name, nanny in list(cluster.workers.items()):
            if nanny.status.name in {"closed", "failed"}:
                del cluster.workers[name]
        cluster.scale(workers)

    cluster.loop.add_callback(replace)


def stop(cluster: Any) -> None:
    """Kill the workers and close the scheduler: asked nicely, a worker would finish its training first."""
    for nanny in list(cluster.workers.values()):
        nanny.close_gracefully("the service stops")  # or it would start another
        if nanny.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(nanny.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        cluster.close(timeout=SECONDS_TO_STOP)
