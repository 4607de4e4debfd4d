from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.api.authorization import needed_scope
from app.main import create_app
from app.schemas.training import TrainRequest
from app.services.start_training import start_training
from app.settings import Settings
from tests.app.conftest import Notebook, store_dataset

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
    ("GET", "/models/hardest", {"predict", "train", "admin"}),
    ("GET", "/models/x/versions/1/weights.png", {"predict", "train", "admin"}),
    ("GET", "/models/x/versions/1/hardest", {"train", "admin"}),
    ("POST", "/predict?model=x", {"predict", "train", "admin"}),
    ("POST", "/predict?model=job:x", {"train", "admin"}),
    ("POST", "/explain?model=%6Aob%3Ax", {"train", "admin"}),
    ("POST", "/forward?model=x&model=job:x", {"train", "admin"}),
]


@pytest.mark.parametrize(("method", "path", "allowed"), ASKED)
def test_a_scope_allows_what_it_should_and_no_more(locked, bearers, method, path, allowed):
    for scope, headers in bearers.items():
        answer = locked.request(method, path, headers=headers)
        assert (answer.status_code not in (401, 403)) == (scope in allowed), (scope, answer.text)
        assert answer.status_code < 500


def test_whether_a_name_exists_is_not_told(locked, bearers):
    state = locked.app.state
    store_dataset(state.store, name="shades")
    request = TrainRequest(dataset="shades", model="shades")
    there = start_training(request, store=state.store, engine=Notebook(), settings=state.settings).id
    asked = [("GET", "/jobs/{}"), ("POST", "/predict?model=job:{}"), ("POST", "/forward?model=job:{}")]
    answers = [
        locked.request(method, path.format(name), headers=bearers["predict"])
        for method, path in asked
        for name in (there, "not-there")
    ]
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


def test_an_answer_tells_the_scope_of_the_key(locked, bearers):
    for path, status in (("/models", 200), ("/keys", 403)):
        answer = locked.get(path, headers=bearers["predict"])
        assert (answer.status_code, answer.headers["Key-Scope"]) == (status, "predict")
    assert "Key-Scope" not in locked.get("/models", headers=bearer("wrong")).headers


def test_who_tries_keys_meets_the_limit_and_whoever_has_one_does_not(tmp_path, service_database):
    settings = Settings(
        home=tmp_path,
        keys="on",
        key=OWN,
        scheduler="tcp://127.0.0.1:1",
        database_url=service_database,
        key_requests_per_second=0.001,
    )
    with TestClient(create_app(settings)) as client:
        for path in ("/metrics", "/models", "/no/such/path"):
            statuses = [client.get(path, headers=bearer(f"nncore_{n}_x")).status_code for n in range(3)]
            assert statuses == ([401, 429, 429] if path == "/metrics" else [429] * 3)
        assert [client.get("/models", headers=bearer(OWN)).status_code for _ in range(2)] == [200, 429]
        assert [client.get("/metrics", headers=bearer(OWN)).status_code for _ in range(3)] == [200] * 3


def test_every_path_of_the_service_needs_a_key_but_those_that_are_open(locked):
    open_paths = {
        path
        for path, operations in locked.get("/openapi.json").json()["paths"].items()
        for method in operations
        if needed_scope(method.upper(), path) is None
    }
    assert open_paths <= {"/", "/livez", "/readyz"}
