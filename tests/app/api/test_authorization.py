from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.api.authorization import needed_scope
from app.main import create_app
from app.settings import Settings

OWN = "a key of my own"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, service_database: str | None) -> Iterator[TestClient]:
    """A client of a service that wants keys, and has no training processes."""
    home = tmp_path_factory.mktemp("locked")
    settings = Settings(home=home, keys="on", key=OWN, scheduler="tcp://127.0.0.1:1", database_url=service_database)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def bearers(locked: TestClient) -> dict[str, dict[str, str]]:
    """The headers of a key of each scope."""
    return {scope: bearer(make(locked, scope)["key"]) for scope in ("predict", "train", "admin")}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def make(locked: TestClient, scope: str) -> dict[str, str]:
    made = locked.post("/keys", json={"name": "test", "scope": scope}, headers=bearer(OWN))
    assert made.status_code == 201
    return made.json()


@pytest.mark.parametrize(
    "headers", [{}, bearer(""), bearer("wrong"), bearer("nncore_0_1"), {"Authorization": "Basic x"}]
)
@pytest.mark.parametrize("path", ["/models", "/jobs/1", "/no/such/path", "/keys"])
def test_without_a_key_all_paths_look_alike(locked, headers, path):
    answer = locked.get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/livez", "/docs", "/openapi.json"])
def test_some_paths_are_open(locked, path):
    assert locked.get(path).status_code == 200


ASKED = [
    ("GET", "/models", {"predict", "train", "admin"}),
    ("POST", "/predict", {"predict", "train", "admin"}),
    ("GET", "/jobs", {"train", "admin"}),
    ("GET", "/datasets/x", {"train", "admin"}),
    ("POST", "/train", {"train", "admin"}),
    ("DELETE", "/models/x", {"train", "admin"}),
    ("GET", "/keys", {"admin"}),
]


@pytest.mark.parametrize(("method", "path", "allowed"), ASKED)
def test_a_scope_allows_what_it_should_and_no_more(locked, bearers, method, path, allowed):
    for scope, headers in bearers.items():
        answer = locked.request(method, path, headers=headers)
        assert (answer.status_code not in (401, 403)) == (scope in allowed), (scope, answer.text)
        assert answer.status_code < 500


def test_whether_a_name_exists_is_not_told(locked, bearers):
    answers = [locked.get(f"/jobs/{name}", headers=bearers["predict"]) for name in ("a", "b")]
    assert {(answer.status_code, answer.json()["detail"]) for answer in answers} == {
        (403, "this needs a key of scope train; the one that was sent has scope predict")
    }


def test_keys_are_listed_without_secrets_and_revoked(locked):
    made = make(locked, "predict")
    listed = {key["id"]: key for key in locked.get("/keys", headers=bearer(OWN)).json()["items"]}
    assert listed[made["id"]] == {name: value for name, value in made.items() if name != "key"}

    assert locked.delete(f"/keys/{made['id']}", headers=bearer(OWN)).status_code == 204
    assert locked.delete(f"/keys/{made['id']}", headers=bearer(OWN)).json()["code"] == "key-not-found"
    assert locked.get("/models", headers=bearer(made["key"])).status_code == 401


def test_every_path_of_the_service_needs_a_key_but_those_that_are_open(locked):
    open_paths = {
        path
        for path, operations in locked.get("/openapi.json").json()["paths"].items()
        for method in operations
        if needed_scope(method.upper(), path) is None
    }
    assert open_paths <= {"/", "/livez", "/readyz"}
