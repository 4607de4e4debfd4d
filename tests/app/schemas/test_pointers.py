from app.schemas.pointers import known_pointers


def test_every_field_has_a_pointer():
    assert known_pointers()["dataset"] == "/dataset"
    assert known_pointers()["learning_rate"] == "/hyperparameters/learning_rate"
    assert known_pointers()["patience"] == "/hyperparameters/early_stopping/patience"
