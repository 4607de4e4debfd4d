import time

import pytest


@pytest.fixture(scope="module")
def model(client) -> str:
    """A model of two versions, of which the file of the second has another length."""
    job = client.post("/train", json={"dataset": "shades", "model": "listed", "hyperparameters": {"epochs": 2}}).json()
    while client.get(f"/jobs/{job['id']}").json()["status"] in ("queued", "running"):
        time.sleep(0.02)
    content = client.get("/models/listed/versions/1/parameters").content
    client.post("/models/listed/versions", files={"parameters": ("p.h5", content)}).raise_for_status()
    client.app.state.store.files.path("models/listed/2.h5").write_bytes(content + b"!")
    return "listed"


@pytest.mark.parametrize(("content", "versions"), [(b"", ["2", "1"]), (b"{}", ["2", "1"]), (b'{"ready": true}', ["1"])])
def test_all_versions_are_listed_or_those_that_can_be_asked(client, model, content, versions):
    listed = client.post("/v2/repository/index", content=content).raise_for_status().json()
    assert [entry["version"] for entry in listed if entry["name"] == model] == versions


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [(b"ready", 400, "no JSON"), (b'{"ready": "yes"}', 422, "/ready: Input should be a valid boolean")],
)
def test_a_wish_for_the_list_that_cannot_be_read_is_told(client, content, status, told):
    answer = client.post("/v2/repository/index", content=content)
    assert answer.status_code == status
    assert told in answer.json()["error"]
