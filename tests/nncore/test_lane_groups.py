"""How many lanes are trained together."""

import numpy as np
import pytest

from nncore.hyperparameters import Hyperparameters
from nncore.lane_groups import CACHE, FEWEST_LANES, lane_groups

CATS = {"n": 209, "d": 12288, "classes": 2}


def sizes(*, splits, images=CATS, largest=10**9, **hyperparameters):
    candidate = Hyperparameters(**{"hidden_layers": (5, 5), "epochs": 1000} | hyperparameters)
    groups = lane_groups([candidate], splits=splits, largest=largest, **images)
    lanes = np.concatenate([group.lanes for group in groups])
    np.testing.assert_array_equal(lanes, [(0, split) for split in range(splits)])
    return [len(group.lanes) for group in groups]


def test_few_lanes_are_one_group():
    assert sizes(splits=5) == [5]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_many_lanes_are_groups_of_one_size_that_stay_in_the_cache(dtype):
    each = (5 * 209 + 11 * 209) * np.dtype(dtype).itemsize
    found = sizes(splits=320, dtype=dtype)
    assert len(found) > 1
    assert max(found) - min(found) <= 1
    assert max(found) * each <= CACHE < (max(found) + min(found)) * each


def test_large_lanes_are_still_trained_some_at_a_time():
    assert sizes(splits=2 * FEWEST_LANES, images=CATS | {"n": 2000}) == [FEWEST_LANES, FEWEST_LANES]


def test_no_group_is_larger_than_the_memory_allows():
    assert sizes(splits=3, largest=1) == [1, 1, 1]
    assert sizes(splits=64, optimizer="adam", largest=64 * 64_000) == [64]  # in weight space nothing else bounds them
