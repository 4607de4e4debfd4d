"""What is measured of requests, problems and pictures, for Prometheus: in one process, or in several together."""

import functools
import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measurements:
    """Counts since the start. Labels are bounded: templates of routes, known methods, codes of problems, stages."""

    def __init__(self, *, shared: Path | None) -> None:
        """Take the directory that several processes share (settings.share_measurements), or None for one alone."""
        self.registry = registry = CollectorRegistry()
        self._shared = shared
        requests = Histogram(
            "nncore_request_seconds",
            "How long requests took until the end of their answer.",
            ["method", "route", "status"],
            buckets=SECONDS,
            registry=registry,
        )
        self._problems = Counter("nncore_problems", "Requests answered with a problem.", ["code"], registry=registry)
        self._refused = Counter("nncore_pictures_refused", "Pictures not read.", ["code"], registry=registry)
        stages = Histogram(
            "nncore_prediction_stage_seconds",
            "pictures: to receive and decode all of a request, of which read is the wait for its bytes; decode: one of "
            "them; forward: to answer for all.",
            ["stage"],
            buckets=SECONDS,
            registry=registry,
        )
        self._request = functools.cache(requests.labels)
        self._stage = functools.cache(stages.labels)
        self._models = Gauge(
            "nncore_models_loaded", "Models in memory.", registry=registry, multiprocess_mode="livesum"
        )

    def request(self, *, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count a request; `route` is its path with the names of what it varies in, None for a path of no route."""
        known = method if method in METHODS else "other"
        self._request(known, route or "other", status).observe(seconds)

    def problem(self, code: str) -> None:
        """Count an answer that is a problem."""
        self._problems.labels(code).inc()

    def refused(self, code: str) -> None:
        """Count a picture that was not read."""
        self._refused.labels(code).inc()

    def stage(self, name: str, *, seconds: float) -> None:
        """Tell how long a stage of a prediction took."""
        self._stage(name).observe(seconds)

    def models_loaded(self, count: int) -> None:
        """Tell how many models this process has in memory."""
        self._models.set(count)

    def gathered(self) -> CollectorRegistry:
        """Return what all processes have measured together."""
        if self._shared is None:
            return self.registry
        _forget_gone_processes(self._shared)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._shared))  # type: ignore[no-untyped-call]
        return registry


def _forget_gone_processes(shared: Path) -> None:
    """Drop what only a living process can tell; its counts stay."""
    for file in shared.glob("gauge_live*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            mark_process_dead(process, path=str(shared))  # type: ignore[no-untyped-call]
