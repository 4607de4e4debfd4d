from app.schemas.gradient_check import GradientCheckRequest
from app.schemas.keys import KeyRequest
from app.schemas.pointers import pointers_of
from app.schemas.training import TrainRequest
from app.schemas.tuning import TuneRequest


def test_every_field_has_a_pointer():
    pointers = pointers_of(TrainRequest)
    assert pointers["dataset"] == "/dataset"
    assert pointers["learning_rate"] == "/hyperparameters/learning_rate"
    assert pointers["patience"] == "/hyperparameters/early_stopping/patience"
    assert pointers["url"] == "/webhook/url"


def test_each_request_has_its_own_fields():
    assert {"max_seconds", "init_from"} <= pointers_of(TrainRequest).keys() - pointers_of(TuneRequest).keys()
    assert {"search", "folds"} <= pointers_of(TuneRequest).keys() - pointers_of(TrainRequest).keys()
    assert pointers_of(GradientCheckRequest)["images"] == "/images"
    assert pointers_of(KeyRequest) == {"name": "/name", "scope": "/scope"}
