"""The first weights: the series' own draws, and the spread that each initializer promises."""

import numpy as np
import pytest

from nncore.initializers import INITIALIZERS, initial_weights


def test_small_random_draws_what_the_series_draws():
    np.random.seed(1)
    expected = [np.random.randn(5, 7) * 0.01, np.random.randn(1, 5) * 0.01]
    drawn = initial_weights([7, 5, 1], initializer="small_random", seed=1)
    for W, wanted in zip(drawn, expected, strict=True):
        np.testing.assert_array_equal(W, wanted)


def test_the_first_number_is_the_published_one():
    assert initial_weights([3, 2], initializer="small_random", seed=1)[0][0, 0] == 0.01 * 1.6243453636632417


@pytest.mark.parametrize(
    ("initializer", "deviation"),
    [
        ("small_random", 0.01),
        ("large_random", 10),
        ("he", np.sqrt(2 / 400)),
        ("xavier", np.sqrt(1 / 400)),
        ("zeros", 0),
    ],
)
def test_spread(initializer, deviation):
    W = initial_weights([400, 300], initializer=initializer, seed=3)[0]
    assert W.std() == pytest.approx(deviation, rel=0.01)


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_shapes(initializer):
    assert [W.shape for W in initial_weights([12, 4, 3], initializer=initializer, seed=0)] == [(4, 12), (3, 4)]
