"""Compare a job's gradients with numerical ones every so many epochs, and keep what came out."""

from collections.abc import Callable
from dataclasses import asdict

from app.schemas.fields import Json
from app.services.patience import patiently
from app.services.training_report import Trainable
from app.storage import jobs
from app.storage.history import finite
from app.storage.jobs import Attempt
from app.storage.store import Store
from nncore import Training
from nncore.gradient_check import GradientCheck


class GradientChecker:
    """Called after each update of a training, before any checkpoint of it, it checks when an epoch asks for it.

    So no state is kept whose epoch's check is missing; and an epoch that a new attempt trains again is not checked
    again, for it comes to the same bits.
    """

    def __init__(self, training: Trainable, *, store: Store, attempt: Attempt, wait: Callable[[float], None]) -> None:
        """Take the training as it is when the attempt begins, and how to wait for room on a full disk."""
        self._training = training
        self._store = store
        self._attempt = attempt
        self._wait = wait
        self._epoch = training.epoch
        self._checks = list(attempt.job.gradient_checks)

    def look(self) -> None:
        """Check if an epoch has ended that is to be checked; raises SupersededError."""
        every, training = self._attempt.job.check_gradients_every, self._training
        if every is None or training.epoch == self._epoch or not isinstance(training, Training):
            return
        self._epoch = training.epoch
        if self._epoch % every or any(check["epoch"] == self._epoch for check in self._checks):
            return
        self._checks.append(_told(training.check_gradients(), epoch=self._epoch))
        patiently(self._write, wait=self._wait)

    def _write(self) -> None:
        with self._store.database.write() as connection:
            jobs.note_gradient_checks(connection, self._attempt, checks=self._checks)


def _told(check: GradientCheck, *, epoch: int) -> Json:
    worst = {name: finite(value) if isinstance(value, float) else value for name, value in check.worst.items()}
    return {"epoch": epoch} | asdict(check) | {"difference": finite(check.difference), "worst": worst}
