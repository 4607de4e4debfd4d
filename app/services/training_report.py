"""Tell the database how far a training is."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from app.schemas.fields import Json
from app.storage import events, history, jobs
from app.storage.database import Connection
from app.storage.jobs import Attempt
from app.storage.store import Store
from nncore import TrainedModel
from nncore.checkpoint import State

SECONDS_BETWEEN = 0.25
SHARE = 0.02
"""Of its time a training may spend so much on telling how far it is: where a disk is slow, it tells less often."""
SECONDS_OF_SILENCE = 5
"""After so long without a recorded epoch, an event tells of progress alone."""


class Trainable(Protocol):
    """What can be trained as a job: a turn of the iteration is an update, and between two turns it has a state."""

    @property
    def epoch(self) -> int:
        """How many epochs are done."""

    @property
    def epochs(self) -> int:
        """How many epochs there are to be."""

    @property
    def first_layer(self) -> str:
        """The form in which the first layer is trained."""

    @property
    def history(self) -> dict[str, list[float]]:
        """The recorded epochs."""

    def __iter__(self) -> Iterator[None]: ...

    def state(self) -> State:
        """Return all that another of the same arguments needs to go on with the same bits."""

    def restore(self, state: State) -> None:
        """Go on from a state; raises InvalidData for one of something else."""

    def snapshot(self) -> TrainedModel | None:
        """Return what can already answer, without metrics, where there is such a thing."""

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to train."""

    @property
    def can_be_kept(self) -> bool:
        """Whether there is anything to keep if it ends now."""

    def end(self) -> None:
        """Train no longer, though there may be epochs left."""


class TrainingReport:
    """Called between the updates of a training, it writes now and then, in one transaction each time."""

    def __init__(
        self,
        training: Trainable,
        *,
        store: Store,
        attempt: Attempt,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the training to tell of, as it is when the attempt begins, and a clock in seconds."""
        self._training = training
        self._store = store
        self._attempt = attempt
        self._recorded = 0
        self._is_known = False
        self._clock = clock
        self._began = clock()
        self._first_epoch = training.epoch
        self._next = self._began
        self._told = self._began

    def begin(self) -> None:
        """Forget what was recorded after the state from which the attempt goes on; raises SupersededError."""
        with self._store.database.write() as connection:
            jobs.check(connection, self._attempt)
            recorded = self.write_in(connection)
        self.note(recorded)

    def look(self) -> None:
        """Write if it is time to; raises SupersededError."""
        began = self._clock()
        if began >= self._next:
            self._next = began + SECONDS_BETWEEN
            with self._store.tolerating_a_fault("progress", job=self._attempt.job.id):
                self.write()
            took = self._clock() - began
            self._next = began + max(SECONDS_BETWEEN, took / SHARE)

    def write(self) -> None:
        """Write progress and the epochs recorded since; raises SupersededError."""
        with self._store.database.write() as connection:
            recorded = self.write_in(connection)
        self.note(recorded)

    def write_in(self, connection: Connection) -> int:
        """Do the same within a transaction that has more to write; return what to `note` once that is over."""
        columns = self._not_yet_written(connection)
        progress = self._advance(connection)
        history.insert(connection, self._attempt.job.id, columns=columns)
        self._tell(connection, columns, progress=progress)
        return self._recorded + len(columns["epoch"])

    def note(self, recorded: int) -> None:
        """Take it that so many epochs are written for good."""
        self._recorded = recorded
        self._is_known = True

    def _not_yet_written(self, connection: Connection) -> Mapping[str, Sequence[Any]]:
        """Return the recorded epochs that the history does not have yet."""
        if not self._is_known:
            self._recorded = history.keep(connection, self._attempt.job.id, until=self._training.epoch)
        self._is_known = False  # until `note`: a commit may come through, and the word of it be lost with its server
        return {name: values[self._recorded :] for name, values in self._training.history.items()}

    def _advance(self, connection: Connection) -> Json:
        """Record how far the job is, and return it."""
        training, seconds_left = self._training, self._seconds_left()
        jobs.advance(
            connection,
            self._attempt,
            epoch=training.epoch,
            seconds_left=seconds_left,
            first_layer=training.first_layer,
        )
        return {"epoch": training.epoch, "epochs": training.epochs, "seconds_left": seconds_left}

    def _tell(self, connection: Connection, columns: Mapping[str, Sequence[Any]], *, progress: Json) -> None:
        """Add an event with the last of the recorded epochs, and which ones they are."""
        recorded = columns["epoch"]
        if not recorded and self._next < self._told + SECONDS_OF_SILENCE:
            return
        data = dict(progress)
        if recorded:
            values = {name: history.finite(column[-1]) for name, column in columns.items() if name != "epoch"}
            data["recorded"] = {"first": recorded[0], "last": recorded[-1], "count": len(recorded), "values": values}
        events.append(connection, self._attempt.job.id, "metrics", data)
        self._told = self._next

    def _seconds_left(self) -> float | None:
        done = self._training.epoch - self._first_epoch
        if done == 0:
            return None
        seconds: float = (self._clock() - self._began) / done * (self._training.epochs - self._training.epoch)
        return seconds
