import pytest


@pytest.fixture(scope="module")
def model(client) -> str:
    """A model with two versions."""
    job = client.post("/train", json={"dataset": "shades", "model": "named", "hyperparameters": {"epochs": 5}}).json()
    while client.get(f"/jobs/{job['id']}").json()["status"] in ("queued", "running"):
        pass
    content = client.get("/models/named/versions/1/parameters").content
    client.post("/models/named/versions", files={"parameters": ("p.h5", content)}).raise_for_status()
    return "named"


def put(client, model: str, alias: str, version: object):
    return client.put(f"/models/{model}/aliases/{alias}", json={"version": version})


def test_an_alias_is_put_listed_and_deleted(client, model):
    answer = put(client, model, "live", 1)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert client.get(f"/models/{model}/aliases").json() == {"items": [answer.json()], "next": None}
    assert client.delete(f"/models/{model}/versions/1").json()["code"] == "version-in-use"
    assert client.delete(f"/models/{model}/aliases/live").status_code == 204
    assert client.delete(f"/models/{model}/aliases/live").json()["code"] == "alias-not-found"
    assert client.get(f"/models/{model}/aliases").json()["items"] == []


def test_what_is_wrong_is_told(client, model):
    assert put(client, model, "live", 3).json()["code"] == "model-not-found"
    assert put(client, "nobody", "live", 1).json()["code"] == "model-not-found"
    assert put(client, model, "a b", 1).json()["errors"][0]["pointer"] == "/path/alias"
    for version in ("1", 0, 1.5, None):
        assert put(client, model, "live", version).json()["errors"][0]["pointer"] == "/version"
    assert client.get("/models/nobody/aliases").status_code == 404
