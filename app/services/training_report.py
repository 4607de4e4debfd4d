"""Tell the database how far a training is, and hear what somebody wishes of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.schemas import Json
from app.storage import events, history, jobs
from app.storage.database import Connection
from app.storage.jobs import Attempt
from app.storage.store import Store
from nncore import Training

SECONDS_BETWEEN = 0.25
SECONDS_OF_SILENCE = 5
"""After so long without a recorded epoch, an event tells of progress alone."""


class CancelledError(Exception):
    """Somebody has asked to cancel the job."""


class TrainingReport:
    """Called between the steps of a training, it writes now and then, in one transaction each time."""

    def __init__(
        self,
        training: Training,
        *,
        store: Store,
        attempt: Attempt,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the training to tell of, and a clock in seconds."""
        self._training = training
        self._store = store
        self._attempt = attempt
        self._recorded = 0
        self._clock = clock
        self._began = clock()
        self._next = self._began
        self._told = self._began

    def look(self) -> None:
        """Write if it is time to; raises SupersededError and CancelledError."""
        if self._clock() >= self._next:
            self.write()

    def write(self) -> None:
        """Write progress and the epochs recorded since; raises SupersededError and CancelledError."""
        columns = {name: values[self._recorded :] for name, values in self._training.history.items()}
        with self._store.database.write() as connection:
            wish = jobs.advance(
                connection,
                self._attempt,
                epoch=self._training.epoch,
                seconds_left=self._seconds_left(),
                first_layer=self._training.first_layer,
            )
            history.insert(connection, self._attempt.job.id, columns=columns)
            self._tell(connection, columns)
        self._recorded += len(columns["epoch"])
        self._next = self._clock() + SECONDS_BETWEEN
        if wish == "cancel":
            raise CancelledError

    def _tell(self, connection: Connection, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add an event with the last of the recorded epochs, and which ones they are."""
        recorded = columns["epoch"]
        if not recorded and self._next < self._told + SECONDS_OF_SILENCE:
            return
        data: Json = {
            "epoch": self._training.epoch,
            "epochs": self._training.epochs,
            "seconds_left": self._seconds_left(),
        }
        if recorded:
            values = {name: history.finite(column[-1]) for name, column in columns.items() if name != "epoch"}
            data["recorded"] = {"first": recorded[0], "last": recorded[-1], "count": len(recorded), "values": values}
        events.append(connection, self._attempt.job.id, "metrics", data)
        self._told = self._next

    def _seconds_left(self) -> float | None:
        done = self._training.epoch
        if done == 0:
            return None
        seconds: float = (self._clock() - self._began) / done * (self._training.epochs - done)
        return seconds
