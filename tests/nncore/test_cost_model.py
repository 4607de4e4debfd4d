"""The form of the first layer is chosen by what there is to do, and what cannot be is refused."""

import pytest

from nncore.cost_model import Work, choose
from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters

CATS = Work(n=209, d=12288, units=5, epochs=3000, steps=1, itemsize=8)


@pytest.mark.parametrize(
    ("work", "form"),
    [
        (CATS, "sample_space"),
        (Work(n=209, d=12, units=5, epochs=3000, steps=1, itemsize=8), "weight_space"),
        (Work(n=10_000, d=12288, units=5, epochs=2, steps=313, itemsize=8), "weight_space"),
        (Work(n=10_000, d=12288, units=128, epochs=5000, steps=1, itemsize=8), "sample_space"),
        (Work(n=4000, d=12288, units=5, epochs=50, steps=1, itemsize=4), "sample_space"),
        (Work(n=4000, d=12288, units=5, epochs=10, steps=1, itemsize=4), "weight_space"),
        (Work(n=4000, d=12288, units=5, epochs=10, steps=1, itemsize=4, lanes=64), "sample_space"),
        (Work(n=20_000, d=12288, units=128, epochs=50_000, steps=1, itemsize=8), "weight_space"),  # K takes 3.2 GB
    ],
)
def test_chooses_the_faster_form(work, form):
    assert choose(Hyperparameters(), work) == form


def test_what_is_asked_for_is_done():
    assert choose(Hyperparameters(first_layer="weight_space"), CATS) == "weight_space"


@pytest.mark.parametrize("values", [{"optimizer": "adam"}, {"optimizer": "rmsprop"}, {"input_dropout": 0.1}])
def test_what_is_not_linear_trains_in_weight_space(values):
    assert choose(Hyperparameters(**values), CATS) == "weight_space"
    with pytest.raises(InvalidHyperparameter, match="weight_space or auto"):
        choose(Hyperparameters(**values, first_layer="sample_space"), CATS)
