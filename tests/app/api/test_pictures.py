import pytest

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def jobs(client) -> list[dict]:
    """Two jobs that have succeeded."""
    made = []
    for activation in ("relu", "tanh"):
        body = {"dataset": "shades", "model": f"drawn-{activation}"}
        body["hyperparameters"] = {"activation": activation, "epochs": 5, "hidden_layers": [2]}
        made.append(client.post("/train", json=body).raise_for_status().json())
    return made


def test_the_cost_of_one_job_and_of_two(client, jobs, ended):
    first, second = (ended(job)["id"] for job in jobs)
    alone = client.get(f"/jobs/{first}/cost.png")
    both = client.get(f"/jobs/{first}/cost.png", params={"with": second})

    assert (alone.status_code, alone.headers["content-type"]) == (200, "image/png")
    assert alone.content.startswith(PNG)
    assert both.content != alone.content
    again = client.get(f"/jobs/{first}/cost.png", headers={"If-None-Match": alone.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    svg = client.get(f"/jobs/{first}/cost.svg", params={"with": [second]})
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert b"<svg" in svg.content


def test_a_job_that_is_not_there(client, jobs, ended):
    there = ended(jobs[0])["id"]
    assert client.get("/jobs/none/cost.png").json()["code"] == "job-not-found"
    assert client.get(f"/jobs/{there}/cost.png?with=none").json()["code"] == "job-not-found"
    too_many = client.get(f"/jobs/{there}/cost.png", params={"with": [there] * 20})
    assert (too_many.status_code, too_many.json()["code"]) == (422, "invalid-request")


def test_the_confusion_matrix_of_a_version(client, jobs, ended):
    ended(jobs[0])
    path = "/models/drawn-relu/versions/1/confusion.png"
    test, train = client.get(path), client.get(path, params={"split": "train"})

    assert test.content.startswith(PNG)
    assert test.content != train.content
    missing = client.get(path, params={"split": "validation"})
    assert (missing.status_code, missing.json()["code"]) == (404, "image-not-found")
    assert "test, train" in missing.json()["detail"]
    assert client.get("/models/none/versions/1/confusion.png").json()["code"] == "model-not-found"


def test_the_activation_functions(client):
    assert client.get("/activations.png").content.startswith(PNG)
