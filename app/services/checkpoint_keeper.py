"""Keep checkpoints of a training while it goes on, and begin with the newest that is sound."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

import structlog

from app.services.tell_waiting import tell_waiting
from app.services.training_report import Trainable, TrainingReport
from app.storage import checkpoint_durations, checkpoints, events, job_parts, jobs
from app.storage.checkpoints import BrokenCheckpoint, Checkpoint
from app.storage.database import Connection
from app.storage.jobs import Attempt
from app.storage.store import Store

T = TypeVar("T", bound=Trainable)

GOES_ON = "the training goes on without checkpoints until one can be written again"
SHARE = 0.05
"""Of its time a training may spend so much on checkpoints that nobody asked for by epoch."""


@dataclass(frozen=True)
class Rhythm:
    """A checkpoint is written every so many epochs, if it is said, and every so many seconds."""

    seconds: float = 5.0
    epochs: int | None = None


def begin(prepare: Callable[[], T], *, job_id: str, store: Store, part: int | None = None) -> tuple[T, float]:
    """Return a training as its newest sound checkpoint has it, and for how many seconds it had been trained.

    One that is damaged, of another version or of another training is told of in the logs, and the one before is used;
    where none is left, the training begins. Raises what `prepare` does, which makes a new one.
    """
    for file in checkpoints.newest_first(store.files, job_id, part=part):
        try:
            checkpoint = checkpoints.read(store.files, file)
        except BrokenCheckpoint as error:
            _tell_broken(file, error, job_id=job_id, store=store)
            continue
        training = prepare()
        try:
            training.restore(checkpoint.state)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001, whatever it is that does not fit
            _tell_broken(file, error, job_id=job_id, store=store)
            continue
        return training, checkpoint.trained_seconds
    return prepare(), 0.0


def _tell_broken(file: str, error: Exception, *, job_id: str, store: Store) -> None:
    name = PurePosixPath(file).name
    structlog.get_logger().warning("broken checkpoint", job=job_id, file=name, reason=repr(error))
    detail = f"the checkpoint {name} cannot be used: {error}; the one before is, if there is one"
    with store.tolerating_a_fault("broken checkpoint", job=job_id), store.database.write() as connection:
        events.append(connection, job_id, "warning", {"code": "broken-checkpoint", "detail": detail})


class CheckpointKeeper:
    """Called between the updates of a training, it writes a checkpoint when it is time to."""

    def __init__(
        self,
        training: Trainable,
        *,
        report: TrainingReport,
        store: Store,
        attempt: Attempt,
        rhythm: Rhythm,
        trained_seconds: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take how long the training had been trained in earlier attempts, and a clock in seconds."""
        self._training = training
        self._report = report
        self._store = store
        self._attempt = attempt
        self._rhythm = rhythm
        self._clock = clock
        self._began = clock() - trained_seconds
        self._next = clock() + rhythm.seconds
        self._epoch = training.epoch
        self._took = 0.0
        self._is_told = False  # that there is no room for one

    @property
    def trained_seconds(self) -> float:
        """For how long the job has been trained, in all attempts."""
        return self._clock() - self._began

    def look(self) -> None:
        """Write if it is time to; raises SupersededError."""
        every = self._rhythm.epochs
        if self._clock() >= self._next or (every is not None and self._training.epoch >= self._epoch + every):
            self.write_if_possible()
            self._epoch = self._training.epoch
            self._next = self._clock() + max(self._rhythm.seconds, self._took / SHARE)

    def write_if_possible(self) -> None:
        """Write, or tell once that there is no room or no store for it; raises SupersededError."""
        with self._store.tolerating_a_fault("checkpoint", job=self._attempt.job.id, tell=self._tell):
            self.write()

    def write(self, end: Callable[[Connection, Attempt], None] | None = None) -> None:
        """Write a checkpoint, with progress and history as of it, and what `end` does; raises SupersededError.

        Nobody waits for a transaction while the file is on its way. One that its transaction does not follow is a state
        like any other: what a new attempt, or the end of the job, finds of it does no harm.
        """
        began = self._clock()
        files, attempt, job_id = self._store.files, self._attempt, self._attempt.job.id
        part = attempt.part.number if attempt.part else None
        statements = jobs if part is None else job_parts
        checkpoint = Checkpoint(
            state=self._training.state(),
            trained_seconds=self.trained_seconds,
            snapshot=self._training.snapshot(),
        )
        with files.temporary() as path:
            digest = checkpoints.write(path, checkpoint)
            size = path.stat().st_size
            checkpoints.publish(path, digest, files=files, job_id=job_id, attempt=attempt.number, part=part)
        written = self._clock()
        with self._store.database.write() as connection:
            recorded = self._report.write_in(connection)
            statements.note_checkpoint(connection, attempt, size=size)
            told = {"epoch": self._training.epoch, "attempt": attempt.number} | ({"part": part} if part else {})
            events.append(connection, job_id, "checkpoint", told)
            checkpoint_durations.note(connection, written - began)
            if end is not None:
                end(connection, attempt)
        self._report.note(recorded)
        self._took = self._clock() - began
        self._is_told = False

    def _tell(self, error: Exception) -> None:
        if not self._is_told:
            self._is_told = tell_waiting(error, meanwhile=GOES_ON, attempt=self._attempt, store=self._store)
