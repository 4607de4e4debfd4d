"""Hyperparameters refuse what has no meaning, by name."""

import json

import pytest

from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters


def test_json_there_and_back():
    hyperparameters = Hyperparameters(hidden_layers=(20, 7, 5), activation="tanh", batch_size=32)
    text = json.dumps(hyperparameters.to_json())
    assert Hyperparameters.from_json(json.loads(text)) == hyperparameters


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hidden_layers", (5, 0)),
        ("activation", "swish"),
        ("initializer", "random"),
        ("optimizer", "sgd"),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("epochs", 0),
        ("batch_size", 0),
        ("normalization", "divide"),
        ("dtype", "float16"),
        ("seed", -1),
        ("seed", 2**32),
    ],
)
def test_refuses_and_names_the_field(field, value):
    with pytest.raises(InvalidHyperparameter, match=field) as caught:
        Hyperparameters(**{field: value})
    assert caught.value.field == field


@pytest.mark.parametrize(("field", "value"), [("epsilon", 1e-50), ("dropout", 1 - 1e-9), ("input_dropout", 1 - 1e-9)])
def test_refuses_what_the_dtype_rounds_out_of_its_range(field, value):
    assert getattr(Hyperparameters(**{field: value}), field) == value
    with pytest.raises(InvalidHyperparameter, match=f"{field} .* as a float32") as caught:
        Hyperparameters(**{field: value, "dtype": "float32"})
    assert caught.value.field == field


def test_takes_an_epsilon_beyond_the_largest_float32():
    assert Hyperparameters(epsilon=1e300, dtype="float32").epsilon == 1e300  # no step is taken, and nothing breaks


def test_refuses_a_name_it_does_not_know():
    with pytest.raises(InvalidHyperparameter, match="learning_rte"):
        Hyperparameters.from_json({"learning_rte": 0.1})


def test_no_hidden_layer_is_logistic_regression():
    assert Hyperparameters(hidden_layers=()).hidden_layers == ()
