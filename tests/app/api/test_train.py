import pytest


def test_a_training_is_accepted_and_succeeds(client, train, ended):
    body = {"dataset": "shades", "model": "accepted", "hyperparameters": {"epochs": 20}}
    answer = client.post("/train", json=body)
    job = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/jobs/{job['id']}")
    assert (job["status"], job["attempt"], job["hyperparameters"]["learning_rate"]) == ("queued", 0, 0.03)
    assert ended(job)["status"] == "succeeded"
    assert client.get("/models/accepted").json()["versions"][0]["job_id"] == job["id"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"dataset":', 400, "malformed-request"),
        (b"[1]", 422, "invalid-request"),
        (b"", 422, "invalid-request"),
        (b'{"dataset": "nothing-here", "model": "m"}', 404, "dataset-not-found"),
        (b'{"dataset": "shades", "model": "job"}', 422, "invalid-request"),
        (
            b'{"dataset": "shades", "model": "m", "hyperparameters": {"class_weight": {"x": 1}}}',
            422,
            "invalid-hyperparameter",
        ),
        (b'{"dataset": "shades", "model": "m", "\\ud800": 3}', 422, "invalid-request"),
        (b'{"dataset": "shades", "model": "m", "hyperparameters": {"learning_rate": NaN}}', 422, "invalid-request"),
        (b'{"dataset": "shades", "model": "m", "hyperparameters": {"epochs": 2000000}}', 422, "invalid-request"),
        (b"[" * 100_000, 400, "malformed-request"),
        (b" " * 2_000_000, 413, "body-too-large"),
    ],
)
def test_what_is_wrong_has_its_code(client, body, status, code):
    answer = client.post("/train", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_another_type_of_body_is_named(client):
    answer = client.post("/train", data={"dataset": "shades"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_an_unknown_name_within_is_told_the_nearest_one(client, train):
    hyperparameters = {"early_stopping": {"monitor": "cost", "patiens": 3}}
    body = {"dataset": "shades", "model": "m", "hyperparameters": hyperparameters}
    [error] = client.post("/train", json=body).json()["errors"]
    assert error["pointer"] == "/hyperparameters/early_stopping/patiens"
    assert "/hyperparameters/early_stopping/patience" in error["detail"]


@pytest.mark.parametrize(
    ("pointer", "hyperparameters"),
    [
        ("/hyperparameters/momentum", {"optimizer": "adam", "momentum": 0.9}),
        ("/hyperparameters/early_stopping", {"early_stopping": {}}),
        ("/hyperparameters/class_weight", {"class_weight": {"shades": 2}}),
    ],
)
def test_what_does_not_fit_together_has_a_pointer(client, pointer, hyperparameters):
    body = {"dataset": "shades", "model": "m", "hyperparameters": hyperparameters}
    answer = client.post("/train", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
