"""How the learning rate changes from epoch to epoch."""

from dataclasses import dataclass
from math import cos, pi

from nncore.errors import InvalidHyperparameter


@dataclass(frozen=True)
class Schedule:
    """A factor on the learning rate: after `every` epochs it is `factor` (cosine: at the end of the training).

    With warm-up the rate first grows evenly over that many epochs.
    """

    kind: str = "constant"
    factor: float = 0.5
    every: int = 1000
    warmup: int = 0

    def __post_init__(self) -> None:
        if self.kind not in SCHEDULES:
            raise InvalidHyperparameter(
                f"schedule is of kind {self.kind!r}; it must be one of {', '.join(SCHEDULES)}", field="schedule"
            )
        if not (0 < self.factor <= 1 and self.every >= 1 and self.warmup >= 0):
            raise InvalidHyperparameter(
                f"schedule is {self}; its factor must be above 0 and at most 1, every at least 1, warmup at least 0",
                field="schedule",
            )

    def at(self, epoch: int, *, epochs: int) -> float:
        """Return the factor of an epoch, counted from 0, of a training of so many."""
        warming = min(1.0, (epoch + 1) / self.warmup) if self.warmup else 1.0
        return warming * SCHEDULES[self.kind](self, epoch, epochs)


def constant(_schedule: Schedule, _epoch: int, _epochs: int) -> float:
    """Return 1."""
    return 1.0


def step(schedule: Schedule, epoch: int, _epochs: int) -> float:
    """Return the factor once for every full `every` epochs."""
    return float(schedule.factor ** (epoch // schedule.every))


def exponential(schedule: Schedule, epoch: int, _epochs: int) -> float:
    """Return what `step` returns, smoothly."""
    return float(schedule.factor ** (epoch / schedule.every))


def inverse_time(schedule: Schedule, epoch: int, _epochs: int) -> float:
    """Return 1 / (1 + decay * epoch)."""
    decay = (1 / schedule.factor - 1) / schedule.every
    return 1 / (1 + decay * epoch)


def cosine(schedule: Schedule, epoch: int, epochs: int) -> float:
    """Return half a cosine from 1 to the factor (Loshchilov and Hutter, 2017)."""
    return schedule.factor + (1 - schedule.factor) * (1 + cos(pi * epoch / epochs)) / 2


SCHEDULES = {
    "constant": constant,
    "step": step,
    "exponential": exponential,
    "inverse_time": inverse_time,
    "cosine": cosine,
}
