"""Tell the database how far a part of a search is, and with it all that is known of the candidates."""

from typing import Any

from app.schemas.tuning import Leaderboard
from app.services.part_report import PartReport
from app.services.tuning_report import ROWS
from app.storage import job_parts, jobs, leaderboards
from app.storage.database import Connection
from nncore import Tuning
from nncore.cross_validation import CrossValidation


class PartOfSearchReport(PartReport):
    """The leaderboard has what the other parts have told, too."""

    def __init__(self, part: CrossValidation, *, tuning: Tuning, **more: Any) -> None:
        """Take the part, and the search that it is a part of."""
        super().__init__(part, epochs=tuning.epochs, epochs_of_parts=tuning.epochs_of_validation, **more)
        self._part = part
        self._tuning = tuning

    def write_standing(self, connection: Connection) -> None:
        """Write the leaderboard; raises SupersededError."""
        tuning, standing = self._tuning, self._part.standing_now().copy()
        for known in job_parts.note_standing(connection, self._attempt, standing=standing.state()):
            standing.merge(known)
        rows = tuning.leaderboard(folds=False, most=ROWS, standing=standing)
        jobs.note_leaderboard(connection, self._attempt, rows=rows, best=None, epochs=tuning.epochs)
        everything = Leaderboard(candidates=tuning.leaderboard(standing=standing))
        leaderboards.put(connection, self._attempt.job.id, leaderboard=everything)
