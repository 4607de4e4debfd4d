from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.api.body_limit import BodyLimit
from app.api.problems import answer_problems


@pytest.fixture
def client():
    app = FastAPI()
    app.add_middleware(BodyLimit, json_bytes=10, other_bytes=20)
    answer_problems(app)

    @app.post("/")
    async def count(request: Request) -> int:
        return len(await request.body())

    return TestClient(app)


def pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b" "


@pytest.mark.parametrize(("content_type", "limit"), [("application/json", 10), ("image/png", 20)])
@pytest.mark.parametrize("body", [bytes, pieces])
def test_a_body_may_be_as_large_as_the_limit_and_not_larger(client, content_type, limit, body):
    headers = {"Content-Type": content_type}
    assert client.post("/", content=body(limit), headers=headers).json() == limit
    answer = client.post("/", content=body(limit + 1), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert str(limit) in answer.json()["detail"]
