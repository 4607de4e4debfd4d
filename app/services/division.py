"""The division of a job's networks into parts, each of which any worker may train, and what becomes of the parts."""

from functools import partial

from app.services.checkpoint_keeper import begin
from app.services.patience import patiently
from app.services.wishes import Wishes
from app.storage.jobs import Attempt
from app.storage.store import Store
from nncore import Tuning
from nncore.cross_validation import CrossValidation

SECONDS_OF_A_PART = 2.0
"""A part is worth while from about so much work on: its worker has to read the images, and to write a result."""


def number_of_parts(seconds: float, *, workers: int) -> int:
    """Return into how many parts to divide so many seconds of work, or 0 where it is not worth while."""
    parts = min(workers, int(seconds / SECONDS_OF_A_PART))
    return parts if parts > 1 else 0


def begin_part(
    number: int, tuning: Tuning, *, attempt: Attempt, store: Store, wishes: Wishes
) -> tuple[CrossValidation, float]:
    """Return a part as its newest sound checkpoint has it, and for how many seconds it had been trained."""
    prepare = partial(tuning.part, number, of=attempt.job.parts)
    return patiently(begin, prepare, wait=wishes.wait, job_id=attempt.job.id, store=store, part=number)


def take_over_parts(tuning: Tuning, *, attempt: Attempt, store: Store, wishes: Wishes) -> None:
    """Have a search go on from the results of all its parts, which are finished.

    One whose result was damaged since is finished here, from its last sound checkpoint on.
    """
    parts = []
    for number in range(1, attempt.job.parts + 1):
        part, _ = begin_part(number, tuning, attempt=attempt, store=store, wishes=wishes)
        for _ in part:
            wishes.look()
        parts.append(part)
    tuning.take_over(parts)
