"""Tell the database how far a part of an ensemble is, and with it of the epochs to which all members have come."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.services.part_report import PartReport
from app.storage import history, job_parts, jobs
from app.storage.database import Connection
from nncore import Training
from nncore.history import means_of_parts

NOTHING: Mapping[str, Sequence[Any]] = {"epoch": []}


class PartOfEnsembleReport(PartReport):
    """The history has the means over all members, so an epoch is written by the last part that comes to it.

    Until then each part keeps what it recorded in its row. What is written is written for good: a part that begins
    again from a checkpoint comes to the same bits.
    """

    def __init__(self, part: Training, **more: Any) -> None:
        """Take the part, which is a training of some of the members."""
        super().__init__(part, epochs=part.epochs, epochs_of_parts=part.epochs, **more)
        self._part = part
        self._known_to_all = NOTHING

    def write_standing(self, connection: Connection) -> None:
        """Write what the part recorded and the history does not have yet; raises SupersededError."""
        job = self._attempt.job
        jobs.check(connection, self._attempt)  # and with it nobody else writes meanwhile
        after = history.last(connection, job.id)
        of_all = job_parts.note_standing(connection, self._attempt, standing=self._part.recorded_after(after))
        if len(of_all) == job.parts:
            self._known_to_all = means_of_parts(of_all, lanes=job.members, after=after)

    def _not_yet_written(self, connection: Connection) -> Mapping[str, Sequence[Any]]:  # noqa: ARG002, of one alone
        columns, self._known_to_all = self._known_to_all, NOTHING
        return columns
