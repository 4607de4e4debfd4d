import json
import typing
from dataclasses import asdict, fields

import pytest
from pydantic import ValidationError

from app.schemas.hyperparameters import EarlyStopping, Hyperparameters, Schedule
from nncore.early_stopping import EarlyStopping as NetworkEarlyStopping
from nncore.hyperparameters import CHOICES
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters
from nncore.schedules import Schedule as NetworkSchedule
from tests.series import HYPERPARAMETERS


def test_the_example_of_the_contract_is_taken_and_is_what_the_defaults_are():
    resolved = Hyperparameters(**HYPERPARAMETERS).for_the_network()
    assert {name: resolved.to_json()[name] for name in HYPERPARAMETERS} == HYPERPARAMETERS
    assert Hyperparameters().for_the_network() == resolved


def test_every_hyperparameter_of_the_network_can_be_asked_for_under_its_name():
    for request, network in (
        (Hyperparameters, NetworkHyperparameters),
        (Schedule, NetworkSchedule),
        (EarlyStopping, NetworkEarlyStopping),
    ):
        assert set(request.model_fields) == {field.name for field in fields(network)}
        assert request().model_dump() == asdict(network()) | _as_asked(request)


def _as_asked(request):
    """Return what is another thing in a request: momentum is resolved only when it is known of which optimizer."""
    return {"momentum": None, "hidden_layers": [5, 5]} if request is Hyperparameters else {}


@pytest.mark.parametrize(("optimizer", "momentum"), [("momentum", 0.9), ("nesterov", 0.9), ("adam", 0.0)])
def test_a_momentum_that_is_not_given_depends_on_the_optimizer(optimizer, momentum):
    assert Hyperparameters(optimizer=optimizer).for_the_network().momentum == momentum


def test_what_a_job_holds_can_be_asked_for_again():
    asked = Hyperparameters(schedule={"kind": "cosine"}, early_stopping={"monitor": "cost"}, class_weight={"a": 2})
    resolved = asked.for_the_network()
    assert Hyperparameters(**json.loads(json.dumps(resolved.to_json()))).for_the_network() == resolved


@pytest.mark.parametrize(("field", "choices"), [*CHOICES.items()])
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
        ("schedule", {"kind": "linear"}),
        ("schedule", {"factor": 0}),
        ("early_stopping", {"patience": -1}),
        ("early_stopping", {"patiens": 1}),
        ("class_weight", {"cat": -1.0}),
        ("class_weight", "balance"),
        ("dropout", 1),
        ("clip_norm", 0),
    ],
)
def test_what_has_no_meaning_is_refused_where_it_stands(field, value):
    with pytest.raises(ValidationError) as raised:
        Hyperparameters(**{field: value})
    assert raised.value.errors()[0]["loc"][0] == field
