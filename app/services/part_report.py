"""Tell the database how far a part of a search is, and with it all that is known of the candidates."""

import time
from typing import Any

from app.schemas.fields import Json
from app.schemas.tuning import Leaderboard
from app.services.training_report import TrainingReport
from app.services.tuning_report import ROWS, SHARE
from app.storage import job_parts, jobs, leaderboards
from app.storage.database import Connection
from nncore import Tuning
from nncore.cross_validation import CrossValidation


class PartReport(TrainingReport):
    """The part's share of the progress goes into the job; the leaderboard has what the other parts have told, too."""

    def __init__(self, training: CrossValidation, *, tuning: Tuning, **more: Any) -> None:
        """Take the part, and the search that it is a part of."""
        super().__init__(training, **more)
        self._part = training
        self._tuning = tuning
        self._next_leaderboard = 0.0

    def write_in(self, connection: Connection) -> int:
        """Write what is new; return what to `note` once that is over. Raises SupersededError."""
        began = time.monotonic()
        if self._part.is_over or began >= self._next_leaderboard:
            self._write_leaderboard(connection)
            self._next_leaderboard = time.monotonic() + (time.monotonic() - began) / SHARE
        return super().write_in(connection)

    def _advance(self, connection: Connection) -> Json:
        done = self._part.epoch / self._part.epochs
        of_all = job_parts.advance(connection, self._attempt, done=done, seconds_left=self._seconds_left())
        epoch, left = int(of_all.done * self._tuning.epochs_of_validation), of_all.seconds_left
        jobs.advance(connection, self._attempt, epoch=epoch, seconds_left=left, first_layer=self._part.first_layer)
        return {"epoch": epoch, "epochs": self._tuning.epochs, "seconds_left": left}

    def _write_leaderboard(self, connection: Connection) -> None:
        tuning, standing = self._tuning, self._part.standing_now().copy()
        for known in job_parts.note_standing(connection, self._attempt, standing=standing.state()):
            standing.merge(known)
        rows = tuning.leaderboard(folds=False, most=ROWS, standing=standing)
        jobs.note_leaderboard(connection, self._attempt, rows=rows, best=None, epochs=tuning.epochs)
        everything = Leaderboard(candidates=tuning.leaderboard(standing=standing))
        leaderboards.put(connection, self._attempt.job.id, leaderboard=everything)
