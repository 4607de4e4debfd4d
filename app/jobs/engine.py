"""The engine: hands jobs to Dask workers, in processes of our own or on a cluster elsewhere."""

import logging
import threading
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

import structlog

from app.jobs.cluster import heal, start_cluster, stop
from app.jobs.worker import execute
from app.settings import Settings

SECONDS_TO_CONNECT = 1
SECONDS_BETWEEN_LOOKS = 1


class DaskEngine:
    """Hands jobs to a Dask scheduler. It starts in the background: what is submitted before waits for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cluster: Any = None
        self._fault = ""
        self._closing = threading.Event()
        self._keeper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine")
        self._client: Future[Any] = self._keeper.submit(self._connect)
        self._keeper.submit(self._keep)

    def address(self) -> str:
        """Wait for the start and return the scheduler's address."""
        self._client.result()
        return self._settings.scheduler or str(self._cluster.scheduler_address)

    def submit(self, job_id: str, *, resumed: int = 0, priority: int = 0) -> None:
        """See to it that some worker executes the job; one that is there, resumed as often, is not executed twice."""
        self._client.add_done_callback(lambda connected: self._send(connected, job_id, resumed, priority))

    def ready(self) -> str | None:
        """Return why no job can be executed at present, or None."""
        if not self._client.done():
            return "the training processes are starting" + self._fault
        status = "closed" if self._closing.is_set() else self._client.result().status
        return None if status == "running" else f"the connection to the training processes is {status}"

    def close(self) -> None:
        """Stop the workers at once; the jobs that they trained go on when the service starts again."""
        self._closing.set()
        self._keeper.shutdown(wait=True, cancel_futures=True)
        if self._is_there(self._client):
            self._client.result().close()
        if self._cluster is not None:
            stop(self._cluster)

    def _connect(self) -> Any:
        """Return a client of the scheduler, however long it takes until there is one."""
        while not self._closing.is_set():
            try:
                return self._open()
            except Exception as error:  # noqa: BLE001, what Dask, the network and the system may come up with
                self._tell(error)
                self._closing.wait(SECONDS_BETWEEN_LOOKS)
        raise CancelledError

    def _open(self) -> Any:
        from distributed import Client  # noqa: PLC0415, most of a second, for which the first answer need not wait

        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # else a lost scheduler fills the log
        if self._settings.scheduler is None:
            self._cluster = self._cluster or start_cluster(self._settings)
        target = self._cluster or self._settings.scheduler
        return Client(target, timeout=SECONDS_TO_CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]

    def _tell(self, error: Exception) -> None:
        fault = f"; the last try ended with {type(error).__name__}"
        if fault != self._fault:
            structlog.get_logger().warning("the training processes cannot be reached", exc_info=error)
        self._fault = fault

    def _keep(self) -> None:
        """See to it that there are as many workers as there should be."""
        while not self._closing.wait(SECONDS_BETWEEN_LOOKS):
            if self._cluster is not None:
                heal(self._cluster, workers=self._settings.training_workers)

    def _send(self, connected: Future[Any], job_id: str, resumed: int, priority: int) -> None:
        from distributed import fire_and_forget  # noqa: PLC0415

        if self._is_there(connected):
            arguments = (job_id, self._settings.model_dump_json(), resumed)
            key = (f"job-{job_id}", resumed)  # each its own group: of a large one Dask hands some out before their turn
            future = connected.result().submit(execute, *arguments, key=key, pure=False, priority=priority)
            fire_and_forget(future)  # type: ignore[no-untyped-call]

    @staticmethod
    def _is_there(client: Future[Any]) -> bool:
        return not client.cancelled() and client.exception() is None
