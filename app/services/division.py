"""The division of a job's networks into parts, each of which any worker may train, and what becomes of the parts."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from app.schemas.datasets import Dataset
from app.services.checkpoint_keeper import begin
from app.services.patience import patiently
from app.services.training_report import Trainable
from app.services.wishes import Wishes
from app.storage import checkpoints
from app.storage.checkpoints import BrokenCheckpoint
from app.storage.jobs import Attempt
from app.storage.store import Store
from nncore import Training, Tuning
from nncore.checkpoint import State
from nncore.hyperparameters import Hyperparameters
from nncore.lane_groups import seconds_of

SECONDS_OF_A_PART = 2.0
"""A part is worth while from about so much work on: its worker has to read the images, and to write a result."""


def parts_of(candidates: Sequence[Hyperparameters], *, networks_of_each: int, dataset: Dataset, workers: int) -> int:
    """Return into how many parts to divide the training of so many networks of each candidate, 0 for none."""
    most = min(workers, networks_of_each * len(candidates))
    if most == 1:
        return 0
    n, d = dataset.images["train"], math.prod(dataset.image_shape)
    return number_of_parts(seconds_of(candidates, splits=networks_of_each, n=n, d=d), workers=most)


def number_of_parts(seconds: float, *, workers: int) -> int:
    """Return into how many parts to divide so many seconds of work, or 0 where it is not worth while."""
    parts = min(workers, int(seconds / SECONDS_OF_A_PART))
    return parts if parts > 1 else 0


def take_over_parts(
    whole: Training | Tuning,
    prepare_part: Callable[[int], Trainable],
    *,
    attempt: Attempt,
    store: Store,
    wishes: Wishes,
) -> None:
    """Have a job go on from the results of all its parts, which are finished; a new part is made by its number."""
    result_of = partial(_result_of, prepare_part=prepare_part, attempt=attempt, store=store, wishes=wishes)
    whole.take_over(result_of(number) for number in range(1, attempt.job.parts + 1))


def _result_of(
    number: int, *, prepare_part: Callable[[int], Trainable], attempt: Attempt, store: Store, wishes: Wishes
) -> State:
    """Return the last state of a part; where that was damaged since, the part is finished here from the one before."""
    newest = patiently(_newest_state, number, wait=wishes.wait, attempt=attempt, store=store)
    if newest is not None:
        return newest
    prepare = partial(prepare_part, number)
    part, _ = patiently(begin, prepare, wait=wishes.wait, job_id=attempt.job.id, store=store, part=number)
    for _ in part:
        wishes.look()
    result: State = part.state()
    return result


def _newest_state(number: int, *, attempt: Attempt, store: Store) -> State | None:
    try:
        [newest] = checkpoints.newest_first(store.files, attempt.job.id, part=number)[:1]
        return checkpoints.read(store.files, newest).state
    except (BrokenCheckpoint, ValueError):
        return None
