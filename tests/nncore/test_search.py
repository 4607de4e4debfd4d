import numpy as np
import pytest

from nncore.errors import InvalidHyperparameter
from nncore.search import candidates_of


def test_lists_alone_make_a_grid():
    search = {"learning_rate": [0.1, 0.2], "hidden_layers": [[5], [5, 5]], "l2": [0]}
    expected = [
        {"hidden_layers": layers, "l2": 0, "learning_rate": rate} for layers in ([5], [5, 5]) for rate in (0.1, 0.2)
    ]
    assert candidates_of(search) == expected


def test_more_candidates_than_combinations_are_all_combinations():
    assert len(candidates_of({"l2": [0, 1], "seed": [1, 2, 3]}, count=10)) == 6


def test_draws_are_distinct_and_a_function_of_the_seed():
    search = {"activation": ["relu", "tanh"], "l2": [0, 1, 2, 3, 4], "seed": [1, 2, 3]}
    drawn = candidates_of(search, count=20, seed=7)
    assert len(drawn) == len({repr(each) for each in drawn}) == 20
    assert drawn == candidates_of(search, count=20, seed=7) != candidates_of(search, count=20, seed=8)


def test_where_choices_and_a_short_range_are_exhausted_there_are_fewer():
    assert len(candidates_of({"epochs": {"uniform": [1, 3]}, "l2": [0, 1]}, count=50)) <= 6


@pytest.mark.parametrize("count", [None, 2])
def test_a_choice_that_is_given_twice_is_one(count):
    search = {"l2": [*[0, 0.0] * 1000, 1], "learning_rate": [1, 1.0]}
    assert candidates_of(search, count=count) == [{"l2": value, "learning_rate": 1} for value in (0, 1)]


def test_no_search_is_one_candidate():
    assert candidates_of({}) == [{}] == candidates_of({}, count=3)


def test_ranges_are_uniform_in_the_number_or_its_logarithm():
    drawn = candidates_of({"l2": {"uniform": [2, 4]}, "learning_rate": {"log_uniform": [1e-4, 1]}}, count=2000)
    l2 = np.array([each["l2"] for each in drawn])
    rates = np.array([each["learning_rate"] for each in drawn])
    assert 2 <= l2.min() < l2.max() <= 4
    assert np.histogram(l2, bins=4, range=(2, 4))[0] == pytest.approx(500, rel=0.2)
    assert np.histogram(np.log10(rates), bins=4, range=(-4, 0))[0] == pytest.approx(500, rel=0.2)


def test_whole_numbers_stay_whole():
    drawn = candidates_of({"epochs": {"log_uniform": [10, 1000]}, "batch_size": {"uniform": [8, 64]}}, count=20)
    assert all(isinstance(value, int) for each in drawn for value in each.values())


@pytest.mark.parametrize(
    ("search", "field", "words"),
    [
        ({"learning_rte": [1]}, "learning_rte", "nearest one is learning_rate"),
        ({"l2": []}, "l2", "no choices"),
        ({"l2": 1}, "l2", "a list of choices"),
        ({"l2": "abc"}, "l2", "a list of choices"),
        ({"l2": {"normal": [0, 1]}}, "l2", "log_uniform"),
        ({"l2": {"uniform": [1, 1]}}, "l2", "smaller one first"),
        ({"l2": {"uniform": [1]}}, "l2", "two numbers"),
        ({"l2": {"uniform": [0, float("inf")]}}, "l2", "two numbers"),
        ({"l2": {"uniform": [0, 10**400]}}, "l2", "two numbers"),
        ({"l2": {"uniform": [-1e308, 1e308]}}, "l2", "too wide"),
        ({"l2": {"log_uniform": [1e-320, 1e308]}}, "l2", "too wide"),
        ({"learning_rate": {"log_uniform": [0, 1]}}, "learning_rate", "above 0"),
        ({"activation": {"uniform": [0, 1]}}, "activation", "no number"),
    ],
)
def test_what_is_wrong_is_named(search, field, words):
    with pytest.raises(InvalidHyperparameter, match=words) as caught:
        candidates_of(search, count=3)
    assert caught.value.field == field


def test_a_range_needs_a_count():
    with pytest.raises(InvalidHyperparameter, match="how many candidates"):
        candidates_of({"l2": {"uniform": [0, 1]}})
