"""The learning rate from epoch to epoch."""

import pytest

from nncore.errors import InvalidHyperparameter
from nncore.schedules import SCHEDULES, Schedule


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("constant", [1, 1, 1, 1]),
        ("step", [1, 1, 0.25, 0.0625]),
        ("exponential", [1, 0.5, 0.25, 0.0625]),
        ("inverse_time", [1, 1 / 2.5, 0.25, 1 / 7]),
        ("cosine", [1, 0.25 + 0.75 * 0.75, 0.625, 0.25]),
    ],
)
def test_factors(kind, expected):
    schedule = Schedule(kind=kind, factor=0.25, every=10)
    epochs = (0, 10, 15, 30) if kind == "cosine" else (0, 5, 10, 20)
    assert [schedule.at(epoch, epochs=30) for epoch in epochs] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_warm_up_grows_evenly(kind):
    cold, warm = Schedule(kind=kind), Schedule(kind=kind, warmup=4)
    factors = [warm.at(epoch, epochs=9) / cold.at(epoch, epochs=9) for epoch in range(6)]
    assert factors == pytest.approx([0.25, 0.5, 0.75, 1, 1, 1])


@pytest.mark.parametrize("values", [{"kind": "linear"}, {"factor": 0}, {"factor": 2}, {"every": 0}, {"warmup": -1}])
def test_refuses_what_has_no_meaning(values):
    with pytest.raises(InvalidHyperparameter, match="schedule"):
        Schedule(**values)
