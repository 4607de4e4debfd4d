from app import not_yet
from app.schemas import Hyperparameters
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters


def test_only_hyperparameters_that_the_request_knows_are_listed():
    defaults = Hyperparameters().model_dump()
    assert {name: defaults[name] for name in not_yet.HYPERPARAMETERS} == not_yet.HYPERPARAMETERS
    assert set(not_yet.CHOICES) <= set(defaults)


def test_fields_are_listed_only_while_no_schema_has_them():
    names = {pointer.removeprefix("/hyperparameters/") for pointer in not_yet.FIELDS}
    assert not names & set(Hyperparameters.model_fields)


def test_what_is_not_listed_reaches_the_network():
    known = set(Hyperparameters.model_fields) - set(not_yet.HYPERPARAMETERS)
    assert known <= set(NetworkHyperparameters().to_json())
