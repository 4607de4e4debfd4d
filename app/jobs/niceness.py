"""Let requests go before trainings; a worker process loads this when it starts, and nothing else of the service."""

import os

NICENESS = 10
"""How far a worker process stands behind those that answer requests, where both want the same core."""


def dask_setup(_worker: object) -> None:
    """Stand behind; Dask calls this when it starts a worker process of our own."""
    os.nice(NICENESS)
