import typing

import pytest
from pydantic import ValidationError

from app.schemas import Hyperparameters, TrainRequest, known_pointers
from nncore.activations import ACTIVATIONS
from nncore.arrays import DTYPES
from nncore.initializers import INITIALIZERS

EXAMPLE = {
    "hidden_layers": [5, 5],
    "activation": "relu",
    "initializer": "small_random",
    "optimizer": "gradient_descent",
    "learning_rate": 0.03,
    "epochs": 3000,
    "batch_size": None,
    "momentum": 0.0,
    "l2": 0.0,
    "dropout": 0.0,
    "class_weight": None,
    "normalization": "scale",
    "validation_fraction": 0.0,
    "early_stopping": None,
    "dtype": "float64",
    "seed": 1,
}


def test_the_example_of_the_contract_is_taken_and_is_what_the_defaults_are():
    assert Hyperparameters(**EXAMPLE).model_dump() == EXAMPLE
    assert set(Hyperparameters().model_dump()) == set(EXAMPLE)


def test_the_network_is_told_the_same_under_the_same_names():
    told = Hyperparameters(**EXAMPLE).for_the_network().to_json()
    assert {name: told[name] for name in EXAMPLE if name in told} == {n: v for n, v in EXAMPLE.items() if n in told}


@pytest.mark.parametrize(
    ("field", "choices"), [("activation", ACTIVATIONS), ("initializer", INITIALIZERS), ("dtype", DTYPES)]
)
def test_choices_are_those_of_the_network(field, choices):
    annotation = Hyperparameters.model_fields[field].annotation
    assert set(typing.get_args(annotation)) == set(choices)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("epochs", "3"),
        ("epochs", True),
        ("learning_rate", float("nan")),
        ("learning_rate", 0),
        ("hidden_layers", [0]),
        ("hidden_layers", 5),
        ("seed", 2**32),
        ("batch_size", 0),
        ("activation", "ReLU"),
        ("learning_rte", 0.03),
    ],
)
def test_what_has_no_meaning_is_refused_where_it_stands(field, value):
    with pytest.raises(ValidationError) as raised:
        Hyperparameters(**{field: value})
    assert raised.value.errors()[0]["loc"][0] == field


@pytest.mark.parametrize("name", ["job", "", "-x", "a/b", "a" * 65, "a\n", "ä"])
def test_names_that_cannot_be_a_model_are_refused(name):
    with pytest.raises(ValidationError):
        TrainRequest(dataset="cats", model=name)


def test_every_field_has_a_pointer():
    assert known_pointers()["dataset"] == "/dataset"
    assert known_pointers()["learning_rate"] == "/hyperparameters/learning_rate"


def test_every_field_of_a_request_is_described():
    for kind in (TrainRequest, Hyperparameters):
        assert [name for name, field in kind.model_fields.items() if not field.description] == []
