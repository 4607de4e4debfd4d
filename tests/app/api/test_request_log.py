import pytest
import structlog
from fastapi import BackgroundTasks, FastAPI, Response
from fastapi.testclient import TestClient

from app.api import request_log
from app.api.request_log import RequestLog
from app.measurements import Measurements


@pytest.fixture
def client():
    app = FastAPI()
    app.add_middleware(RequestLog, measurements=Measurements(shared=None))

    @app.get("/answers/{name}")
    async def answer(name: str) -> Response:
        structlog.get_logger().info("inside")
        return Response()

    @app.get("/fails")
    async def fail() -> None:
        raise RuntimeError

    @app.get("/livez")
    async def livez() -> None:
        return None

    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def lines():
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        yield lines


def test_a_request_is_told_under_the_id_of_its_answer(client, lines):
    answer = client.get("/answers/x?secret=1", headers={"Authorization": "Bearer secret"})
    inside, told = lines
    assert inside["request"] == told["request"] == answer.headers["x-request-id"]
    assert (told["method"], told["path"], told["status"]) == ("GET", "/answers/x", 200)
    assert told["milliseconds"] > 0
    assert "secret" not in str(lines)


@pytest.mark.parametrize(("given", "taken"), [("abc-1.2_3", True), ("a b", False), ("x" * 65, False), ("", False)])
def test_the_id_of_the_client_is_taken_if_it_is_one(client, lines, given, taken):
    answer = client.get("/answers/x", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is taken
    assert lines[-1]["request"] == answer.headers["x-request-id"]


def test_what_fails_is_told_too(client, lines):
    answer = client.get("/fails")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert answer.headers["x-frame-options"] == "DENY"
    failure, told = lines
    assert isinstance(failure["exc_info"], RuntimeError)
    assert told["status"] == 500
    assert failure["request"] == told["request"] == answer.headers["x-request-id"]


def test_what_is_done_after_the_answer_is_not_in_its_time(client, lines, monkeypatch):
    clock = [1.0]
    monkeypatch.setattr(request_log.time, "perf_counter", lambda: clock[0])

    @client.app.get("/goes-on")
    async def go_on(afterwards: BackgroundTasks) -> None:
        clock[0] += 1
        afterwards.add_task(clock.__setitem__, 0, 10.0)

    client.get("/goes-on")
    assert lines[-1]["milliseconds"] == 1000


def test_health_is_not_told(client, lines):
    assert client.get("/livez").status_code == 200
    assert lines == []
