"""Who starts a worker process of our own, and notes how it ended: nobody but its parent ever knows."""

import asyncio
from typing import Any

import distributed

from app.services.worker_deaths import note_exit
from app.settings import Settings


class Nanny(distributed.Nanny):
    """Dask's own, which starts a worker process, and starts it again when it has died."""

    def __init__(self, *arguments: Any, settings: Settings, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._settings = settings
        self._running: str | None = None
        self._stopped_at: int | None = None

    async def instantiate(self) -> distributed.Status:
        """Start the worker process."""
        status = await super().instantiate()
        self._running = self.worker_address
        return status

    def log_event(self, topic: str, msg: Any) -> None:
        """Tell Dask's log of events, and keep how many bytes a process had that is stopped for having too many."""
        if topic == "worker-restart-memory":
            self._stopped_at = msg["rss"]
        super().log_event(topic, msg)  # type: ignore[no-untyped-call]

    async def _on_worker_exit(self, exitcode: int) -> None:
        worker, resident = self._running, self._stopped_at
        self._running = self._stopped_at = None
        if worker is not None and self.status == distributed.Status.running:
            await asyncio.to_thread(note_exit, worker, code=exitcode, resident=resident, settings=self._settings)
        await super()._on_worker_exit(exitcode)
