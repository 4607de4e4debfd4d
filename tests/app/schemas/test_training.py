import pytest
from pydantic import ValidationError

from app.schemas.gradient_check import GradientCheckRequest
from app.schemas.hyperparameters import EarlyStopping, Hyperparameters, Schedule
from app.schemas.training import TrainRequest
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters
from nncore.recipe import RECIPE


def test_who_says_nothing_gets_the_recipe_and_who_says_anything_the_defaults():
    names = {"dataset": "cats", "model": "cats"}
    assert TrainRequest(**names).hyperparameters.for_the_network() == RECIPE
    for given in ({}, {"seed": 1}):
        assert (
            TrainRequest(**names, hyperparameters=given).hyperparameters.for_the_network() == NetworkHyperparameters()
        )


@pytest.mark.parametrize("name", ["job", "", "-x", "a/b", "a" * 65, "a\n", "ä"])
def test_names_that_cannot_be_a_model_are_refused(name):
    with pytest.raises(ValidationError):
        TrainRequest(dataset="cats", model=name)


def test_every_field_of_a_request_is_described():
    for kind in (TrainRequest, Hyperparameters, Schedule, EarlyStopping, GradientCheckRequest):
        assert [name for name, field in kind.model_fields.items() if not field.description] == []
