from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.services.keys import create_key
from app.settings import Settings

ADMIN = {"Authorization": "Bearer of-the-operator"}


@pytest.fixture(scope="module")
def limited(
    tmp_path_factory: pytest.TempPathFactory, on_new_database: Callable[[], AbstractContextManager[None]]
) -> Iterator[TestClient]:
    """A service with keys and tight limits for each of them, and nobody who trains."""
    with on_new_database():
        settings = Settings(
            home=tmp_path_factory.mktemp("limited"),
            scheduler="tcp://127.0.0.1:1",
            keys="on",
            key="of-the-operator",
            max_key_queued_jobs=1,
            max_key_datasets=1,
        )
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def bearer(limited) -> dict[str, str]:
    """The headers of a new key."""
    made = limited.post("/keys", json={"name": "guest", "scope": "train"}, headers=ADMIN).json()
    return {"Authorization": f"Bearer {made['key']}"}


def bring(limited, name, pictures, headers):
    files = {"archive": pictures[0].read_bytes()}
    return limited.post("/datasets", data={"name": name}, files=files, headers=headers)


def test_what_a_key_has_used_up_others_still_have(limited, bearer, pictures):
    assert bring(limited, "one", pictures, bearer).status_code == 201
    refused = bring(limited, "two", pictures, bearer)
    assert (refused.status_code, refused.json()["code"]) == (409, "quota-exceeded")
    assert bring(limited, "two", pictures, ADMIN).status_code == 201
    assert limited.delete("/datasets/one", headers=bearer).status_code == 204
    assert bring(limited, "one", pictures, bearer).status_code == 201


def test_jobs_of_a_key_wait_up_to_its_limit(limited, bearer, pictures):
    assert bring(limited, "three", pictures, bearer).status_code == 201
    body = {"dataset": "three", "model": "m"}
    assert limited.post("/train", json=body, headers=bearer).status_code == 202
    search = body | {"folds": 2, "search": {"l2": [0, 1]}}
    refused = limited.post("/tune", json=search, headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (429, "queue-full")
    assert int(refused.headers["Retry-After"]) > 0
    assert limited.post("/train", json=body, headers=ADMIN).status_code == 202


def test_each_key_has_its_own_requests_a_second(tmp_path):
    settings = Settings(home=tmp_path, scheduler="tcp://127.0.0.1:1", keys="on", key_requests_per_second=0.01)
    app = create_app(settings)
    with TestClient(app) as client:
        one, other = (create_key(name, "predict", store=app.state.store).key for name in ("one", "other"))
        codes = [
            client.get("/models", headers={"Authorization": f"Bearer {key}"}).status_code for key in (one, one, other)
        ]
    assert codes == [200, 429, 200]
