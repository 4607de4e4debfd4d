"""Train a job from where it is to its end, and write checkpoints: the same for all that can be trained."""

import math
from collections.abc import Callable

from app.schemas.jobs import StoppedBy
from app.services.checkpoint_keeper import CheckpointKeeper, Rhythm
from app.services.gradient_checker import GradientChecker
from app.services.patience import patiently
from app.services.training_report import Trainable, TrainingReport
from app.services.wishes import KeptError, PausedError, Wishes
from app.storage import job_parts
from app.storage.jobs import Attempt
from app.storage.store import Store
from nncore.errors import Diverged


def train_with_checkpoints(
    training: Trainable,
    *,
    attempt: Attempt,
    store: Store,
    wishes: Wishes,
    rhythm: Rhythm,
    report_kind: Callable[..., TrainingReport] = TrainingReport,
    trained_seconds: float = 0.0,
) -> StoppedBy | None:
    """Take a training to its end, and return what ended it early if something did.

    It may have been trained for some seconds in attempts before. Raises what the training raises, SupersededError, and
    what `wishes` does; but a part ends where it is if the job is to be kept. The bits at the end do not depend on how
    many attempts it took.
    """
    report = report_kind(training, store=store, attempt=attempt)
    keeper = CheckpointKeeper(
        training,
        report=report,
        store=store,
        attempt=attempt,
        rhythm=rhythm,
        trained_seconds=trained_seconds,
    )
    checker = GradientChecker(training, store=store, attempt=attempt, wait=wishes.wait)
    most = attempt.job.max_seconds or math.inf
    stopped_by: StoppedBy | None = None
    patiently(report.begin, wait=wishes.wait)
    try:
        for _ in training:
            checker.look()
            wishes.look()
            report.look()
            keeper.look()
            if keeper.trained_seconds >= most:
                stopped_by = "max_seconds"
                training.end()
                break
    except PausedError:
        keeper.write_if_possible()
        raise
    except KeptError:
        if attempt.part is None or not training.can_be_kept:
            patiently(report.write)
            raise
        training.end()
        patiently(keeper.write, job_parts.finish)
        return None
    except Diverged:
        patiently(report.write, wait=wishes.wait)  # what it had come to just before is what people will look at
        raise
    if attempt.part is None:
        patiently(report.write, wait=wishes.wait)
    else:
        patiently(keeper.write, job_parts.finish, wait=wishes.wait)
    return stopped_by or ("early_stopping" if training.epoch < training.epochs else None)
