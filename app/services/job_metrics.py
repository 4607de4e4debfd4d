"""How the jobs are, for Prometheus: as the database has it, so that every process tells the same."""

from collections.abc import Iterator
from typing import get_args

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily

from app.schemas.jobs import Status
from app.storage import checkpoint_durations, jobs
from app.storage.store import Store


class JobMetrics:
    """A source of metrics that reads the database when it is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield the jobs by status, those that wait, the epochs of all, and how long checkpoints took."""
        with self._store.database.read() as connection:
            counts, epochs = jobs.counts(connection), jobs.epochs(connection)
            buckets, seconds = checkpoint_durations.histogram(connection)
        by_status = GaugeMetricFamily("nncore_jobs", "Jobs by status.", labels=["status"])
        for status in get_args(Status):
            by_status.add_metric([status], counts.get(status, 0))
        yield by_status
        yield GaugeMetricFamily("nncore_job_queue_length", "Jobs that wait.", value=counts.get("queued", 0))
        yield GaugeMetricFamily("nncore_job_epochs", "Epochs that the stored jobs have trained.", value=epochs)
        durations = HistogramMetricFamily("nncore_checkpoint_seconds", "How long checkpoints of jobs took to write.")
        durations.add_metric([], buckets=buckets, sum_value=seconds)
        yield durations
