"""The division of a job's networks into parts, each of which any worker may train, and what becomes of the parts."""

from functools import partial

from app.services.checkpoint_keeper import begin
from app.services.wishes import Wishes
from app.storage.jobs import Attempt
from app.storage.store import Store
from nncore import Tuning

SECONDS_OF_A_PART = 2.0
"""A part is worth while from about so much work on: its worker has to read the images, and to write a result."""


def number_of_parts(seconds: float, *, workers: int) -> int:
    """Return into how many parts to divide so many seconds of work, or 0 where it is not worth while."""
    parts = min(workers, int(seconds / SECONDS_OF_A_PART))
    return parts if parts > 1 else 0


def take_over_parts(tuning: Tuning, *, attempt: Attempt, store: Store, wishes: Wishes) -> None:
    """Have a search go on from the results of all its parts, which are finished.

    One whose result was damaged since is finished here, from its last sound checkpoint on.
    """
    job, parts = attempt.job, []
    for number in range(1, job.parts + 1):
        prepare = partial(tuning.part, number, of=job.parts)
        part, _ = begin(prepare, job_id=job.id, store=store, part=number)
        parts.append(part)
        for _ in part:
            wishes.look()
    tuning.take_over(parts)
