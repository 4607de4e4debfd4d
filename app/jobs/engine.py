"""The engine: hands jobs to Dask workers, in processes of our own or on a cluster elsewhere."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from app.jobs.cluster import heal, start_cluster, stop
from app.jobs.worker import execute
from app.settings import Settings
from app.storage.jobs import Turn

SECONDS_TO_CONNECT = 1
SECONDS_TO_ANSWER = 10
SECONDS_BETWEEN_LOOKS = 1
SECONDS_BETWEEN_SWEEPS = 5

Unfinished = Callable[..., Sequence[Turn]]


class DaskEngine:
    """Hands jobs to a Dask scheduler, which starts in the background, and which may go away and come back.

    Whatever it is that a scheduler does not know of, since it is new or the message was lost, is handed to it in a
    sweep over the unfinished jobs: what is submitted while there is no connection needs no other memory than its row.
    """

    def __init__(self, settings: Settings, *, unfinished: Unfinished | None = None) -> None:
        """Take a function that returns the unfinished jobs, `forgiven` where a scheduler is new; None for no sweeps."""
        self._settings = settings
        self._unfinished = unfinished
        self._cluster: Any = None
        self._client: Any = None
        self._scheduler_id = ""
        self._next_sweep = 0.0
        self._state = "the training processes are starting"
        self._fault = ""
        self._started = threading.Event()
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="engine")
        self._keeper.start()

    def address(self) -> str:
        """Return the scheduler's address; one of our own is waited for."""
        if self._settings.scheduler is not None:
            return self._settings.scheduler
        self._started.wait()
        return str(self._cluster.scheduler_address)

    def submit(self, job_id: str, *, resumed: int = 0, priority: int = 0, parts: int = 0) -> None:
        """See to it that some worker executes the job; one that is there, resumed as often, is not executed twice."""
        if self._is_connected():
            try:
                self._send(job_id, resumed=resumed, priority=priority, parts=parts)
            except Exception as error:  # noqa: BLE001, whatever it is, the next sweep finds the job
                self._tell(error)

    def workers(self) -> int:
        """Return how many workers there are: our own, or as many as the scheduler knows at present."""
        if self._settings.scheduler is None:
            return self._settings.training_workers
        try:
            return max(1, int(self._ask("identity", n_workers=0)["n_workers"])) if self._is_connected() else 1
        except Exception as error:  # noqa: BLE001, what Dask, the network and the system may come up with
            self._tell(error)
            return 1

    def ready(self) -> str | None:
        """Return why no job can be executed at present, or None."""
        if self._is_connected() and not self._fault:
            return None
        return self._state + self._fault

    def close(self) -> None:
        """Stop the workers at once; the jobs that they trained go on when the service starts again."""
        self._closing.set()
        self._keeper.join()
        if self._client is not None:
            self._client.close()
        if self._cluster is not None:
            stop(self._cluster)

    def _keep(self) -> None:
        """Until the end, see to it that there is a scheduler with its workers, and that it knows of every job."""
        while not self._closing.is_set():
            try:
                self._look()
                self._fault = ""
            except Exception as error:  # noqa: BLE001, what Dask, the network and the system may come up with
                self._tell(error)
            self._closing.wait(SECONDS_BETWEEN_LOOKS)
        self._started.set()

    def _look(self) -> None:
        if not self._is_connected():
            self._connect()
            self._started.set()
        if self._cluster is not None:
            heal(self._cluster, workers=self._settings.training_workers)
        if self._unfinished is not None and time.monotonic() >= self._next_sweep:
            self._sweep(self._unfinished)
            self._next_sweep = time.monotonic() + SECONDS_BETWEEN_SWEEPS

    def _is_connected(self) -> bool:
        return self._client is not None and self._client.status == "running"

    def _connect(self) -> None:
        """Connect to the scheduler anew; raises what Dask does where there is none."""
        from distributed import Client  # noqa: PLC0415, most of a second, for which the first answer need not wait

        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # else a lost scheduler fills the log
        if self._client is not None:
            self._state = "the connection to the training processes is lost, and their scheduler is called again"
            self._client.close(timeout=SECONDS_TO_CONNECT)
        if self._settings.scheduler is None:
            self._cluster = self._cluster or start_cluster(self._settings)
        target = self._cluster or self._settings.scheduler
        self._client = Client(target, timeout=SECONDS_TO_CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
        self._state = "jobs cannot be handed to the training processes"
        self._next_sweep = 0.0

    def _sweep(self, unfinished: Unfinished) -> None:
        """Submit the unfinished jobs of which the scheduler does not know."""
        scheduler_id = self._ask("identity", n_workers=0)["id"]
        turns = unfinished(forgiven=scheduler_id != self._scheduler_id)
        known = self._ask("get_task_status", keys=[_key(turn.id, turn.resumed) for turn in turns])
        for turn in turns:
            if known[_key(turn.id, turn.resumed)] is None:
                self._send(turn.id, resumed=turn.resumed, priority=turn.priority, parts=turn.parts)
        self._scheduler_id = scheduler_id

    def _ask(self, question: str, **arguments: Any) -> Any:
        ask = getattr(self._client.scheduler, question)
        return self._client.sync(ask, **arguments, callback_timeout=SECONDS_TO_ANSWER)

    def _send(self, job_id: str, *, resumed: int, priority: int, parts: int) -> None:
        from distributed import fire_and_forget  # noqa: PLC0415

        def send(part: int | None, *, after: Sequence[object] = ()) -> Any:
            arguments = (job_id, self._settings.for_workers(), resumed, part, after)
            key = _key(job_id, resumed, part=part)
            return self._client.submit(execute, *arguments, key=key, pure=False, priority=priority)

        trained = [send(number) for number in range(1, parts + 1)]
        fire_and_forget(send(None, after=trained))  # type: ignore[no-untyped-call]

    def _tell(self, error: Exception) -> None:
        fault = f"; the last try ended with {type(error).__name__}"
        if fault != self._fault:
            structlog.get_logger().warning(self._state, exc_info=error)
        self._fault = fault


def _key(job_id: str, resumed: int, *, part: int | None = None) -> tuple[str, int]:
    """Return the name of a turn; each its own group: of a large one Dask hands some out before their turn."""
    return f"job-{job_id}" if part is None else f"part-{part}-{job_id}", resumed
