from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.api.body_limit import UPLOADS, BodyLimit
from app.api.problems import answer_problems
from app.main import create_app
from app.settings import Settings


@pytest.fixture
def client():
    app = FastAPI()
    app.add_middleware(BodyLimit, json_bytes=10, upload_bytes=20)
    answer_problems(app)

    @app.post("/train")
    @app.post("/predict")
    async def count(request: Request) -> int:
        return len(await request.body())

    return TestClient(app)


def pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b" "


@pytest.mark.parametrize(("path", "limit"), [("/train", 10), ("/predict", 20)])
@pytest.mark.parametrize("body", [bytes, pieces])
def test_a_body_may_be_as_large_as_the_limit_and_not_larger(client, path, limit, body):
    assert client.post(path, content=body(limit)).json() == limit
    answer = client.post(path, content=body(limit + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert str(limit) in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "image/png"}, {"Content-Type": "text/plain"}, {"Inference-Header-Content-Length": "2"}]
)
def test_nothing_that_a_client_says_of_json_makes_it_larger(client, headers):
    assert client.post("/train", content=bytes(11), headers=headers).status_code == 413


def test_files_are_taken_where_the_documentation_says_so(tmp_path):
    paths = create_app(Settings(home=tmp_path)).openapi()["paths"]
    for path, operations in paths.items():
        kinds = set(operations.get("post", {}).get("requestBody", {}).get("content", ["application/json"]))
        assert bool(UPLOADS.fullmatch(path)) == (kinds != {"application/json"}), path
