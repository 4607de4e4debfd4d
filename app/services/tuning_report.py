"""Tell the database how far a search is: what a training tells, and the leaderboard."""

import time
from typing import Any

from app.schemas.tuning import Leaderboard
from app.services.training_report import TrainingReport
from app.storage import jobs, leaderboards
from app.storage.database import Connection
from nncore import Tuning

ROWS = 10
"""Candidates that the job itself shows."""
SHARE = 0.05
"""Of its time a search may spend so much on telling of its candidates."""


class TuningReport(TrainingReport):
    """The first candidates go into the job, and all of them beside it: now and then, and once the best is known."""

    def __init__(self, training: Tuning, **more: Any) -> None:
        super().__init__(training, **more)
        self._tuning = training
        self._tells_all = False
        self._has_told_all = False
        self._next_leaderboard = 0.0

    def write_in(self, connection: Connection) -> int:
        """Write what is new; return what to `note` once that is over. Raises SupersededError."""
        began = time.monotonic()
        self._tells_all = self._tuning.is_final
        if not self._has_told_all and (self._tuning.is_judged or began >= self._next_leaderboard):
            self._write_leaderboard(connection)
            self._next_leaderboard = time.monotonic() + (time.monotonic() - began) / SHARE
        return super().write_in(connection)

    def note(self, recorded: int) -> None:
        """Take it that so many epochs, and the leaderboard, are written for good."""
        super().note(recorded)
        self._has_told_all = self._tells_all

    def _write_leaderboard(self, connection: Connection) -> None:
        tuning = self._tuning
        best = tuning.best_hyperparameters if self._tells_all else None
        rows = tuning.leaderboard(folds=False, most=ROWS)
        jobs.note_leaderboard(connection, self._attempt, rows=rows, best=best, epochs=tuning.epochs)
        out_of_fold = tuning.answers() if self._tells_all else None
        everything = Leaderboard(candidates=tuning.leaderboard(), out_of_fold=out_of_fold)
        leaderboards.put(connection, self._attempt.job.id, leaderboard=everything)
