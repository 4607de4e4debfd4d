import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(clock: Clock, *, in_all: float | None = None, of_one: float | None = None, processes: int = 1) -> TestClient:
    app = FastAPI()

    @app.get("/models")
    @app.get("/{free:path}")
    async def answer() -> int:
        return 1

    limited = RateLimit(app, in_all=in_all, of_one=of_one, processes=processes, clock=clock)
    return TestClient(limited)


def test_a_second_of_requests_is_answered_at_once_and_the_next_is_told_when_to_come(clock):
    one = client(clock, in_all=3)
    answers = [one.get("/models") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"3"}
    assert answers[3].headers["Retry-After"] == "1"
    assert answers[3].json()["code"] == "too-many-requests"


def test_the_bucket_is_filled_again_evenly(clock):
    one = client(clock, in_all=2)
    assert [one.get("/models").status_code for _ in range(3)] == [200, 200, 429]
    clock.now += 0.5
    assert [one.get("/models").status_code for _ in range(2)] == [200, 429]
    clock.now += 60
    assert [one.get("/models").status_code for _ in range(3)] == [200, 200, 429]


def test_less_than_one_a_second(clock):
    one = client(clock, in_all=0.1)
    assert one.get("/models").status_code == 200
    assert one.get("/models").headers["Retry-After"] == "10"


def test_each_client_has_a_part_of_its_own(clock):
    app = FastAPI()
    app.add_api_route("/models", lambda: 1)
    limited = RateLimit(app, in_all=None, of_one=1, clock=clock)
    one, other = TestClient(limited, client=("one", 1)), TestClient(limited, client=("other", 1))
    assert [one.get("/models").status_code, one.get("/models").status_code, other.get("/models").status_code] == [
        200,
        429,
        200,
    ]


@pytest.mark.parametrize("path", ["/livez", "/metrics", "/", "/static/main.js", "/docs/static/swagger-ui.css"])
def test_health_and_the_page_are_always_answered(clock, path):
    one = client(clock, in_all=1)
    assert [one.get(path).status_code for _ in range(3)] == [200] * 3
    assert [one.get("/models").status_code for _ in range(2)] == [200, 429]


def test_without_limits_nothing_is_told(clock):
    assert "RateLimit-Limit" not in client(clock).get("/models").headers


def test_each_process_answers_its_part_and_says_so(clock):
    one = client(clock, of_one=4, processes=2)
    answers = [one.get("/models") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    told = "more than 4 requests a second came, or its part of them to one of 2 processes; the next is answered in 1 s"
    assert answers[2].json()["detail"] == told
