"""Tell the database how far a part of a job is, and with it how far all of them are."""

import time
from typing import Any

from app.schemas.fields import Json
from app.services.training_report import Trainable, TrainingReport
from app.services.tuning_report import SHARE
from app.storage import job_parts, jobs
from app.storage.database import Connection


class PartReport(TrainingReport):
    """The part's share of the progress goes into the job, and now and then what is known of its lanes."""

    def __init__(self, part: Trainable, *, epochs: int, epochs_of_parts: int, **more: Any) -> None:
        """Take the part, the epochs of its job, and how many of them are done once all parts are."""
        super().__init__(part, **more)
        self._epochs = epochs
        self._epochs_of_parts = epochs_of_parts
        self._next_standing = 0.0

    def write_in(self, connection: Connection) -> int:
        """Write what is new; return what to `note` once that is over. Raises SupersededError."""
        began = time.monotonic()
        if self._training.is_over or began >= self._next_standing:
            self.write_standing(connection)
            self._next_standing = time.monotonic() + (time.monotonic() - began) / SHARE
        return super().write_in(connection)

    def write_standing(self, connection: Connection) -> None:
        """Write what is known of the lanes, together with what the other parts have told; raises SupersededError."""
        raise NotImplementedError

    def _advance(self, connection: Connection) -> Json:
        part = self._training
        done, seconds_left = part.epoch / part.epochs, self._seconds_left()
        of_all = job_parts.advance(connection, self._attempt, done=done, seconds_left=seconds_left)
        epoch, left = int(of_all.done * self._epochs_of_parts), of_all.seconds_left
        jobs.advance(connection, self._attempt, epoch=epoch, seconds_left=left, first_layer=part.first_layer)
        return {"epoch": epoch, "epochs": self._epochs, "seconds_left": left}
