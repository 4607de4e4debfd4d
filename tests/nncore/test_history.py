"""What is written down of every lane."""

import numpy as np

from nncore.history import History


def test_a_lane_that_stopped_has_no_more_entries():
    history = History(lanes=2)
    history.record(10, {"cost": np.array([1.0, 2.0])}, lanes=np.array([0, 1]))
    history.record(20, {"cost": np.array([0.5])}, lanes=np.array([1]))
    assert history.of_lane(0) == {"epoch": [10], "cost": [1.0]}
    assert history.of_lane(1) == {"epoch": [10, 20], "cost": [2.0, 0.5]}


def test_nothing_yet():
    assert History(lanes=1).of_lane(0) == {"epoch": []}
