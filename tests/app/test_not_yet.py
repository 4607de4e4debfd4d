from app import not_yet
from app.schemas import TrainRequest


def test_fields_are_listed_only_while_no_schema_has_them():
    assert not not_yet.FIELDS & set(TrainRequest.model_fields)
