import pytest


def test_a_check_names_the_worst_parameter_with_both_its_numbers(client):
    answer = client.post("/gradient-check", json={"layer_sizes": [12, 5, 1], "hyperparameters": {"initializer": "he"}})
    told = answer.json()
    assert answer.status_code == 200
    assert set(told) == {"layer_sizes", "images", "parameters", "kinks", "difference", "worst", "seconds"}
    assert set(told["worst"]) == {"parameter", "analytical", "numerical", "error"}
    assert told["parameters"] == 71


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"dataset": "nothing-here"}, 404),
        ({"layer_sizes": [4]}, 422),
        ({"layer_sizes": [4, 1], "images": 0}, 422),
        ({"layer_sizes": [10**9, 10**9, 1]}, 422),
        ({"layer_size": [4, 1]}, 422),
        ({"layer_sizes": [4, 1], "hyperparameters": {"initializer": "large_random", "learning_rate": 1e300}}, 200),
    ],
)
def test_whatever_is_asked_for_is_answered(client, body, status):
    assert client.post("/gradient-check", json=body).status_code == status
