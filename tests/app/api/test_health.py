from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings


def test_all_is_well(client):
    for path in ("/livez", "/readyz"):
        assert (client.get(path).status_code, client.get(path).json()) == (200, {"status": "ok"})


def test_without_an_engine_the_service_lives_but_is_not_ready(tmp_path):
    settings = Settings(home=tmp_path, scheduler="tcp://127.0.0.1:1")
    with TestClient(create_app(settings)) as client:
        assert client.get("/livez").status_code == 200
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert "starting" in answer.json()["detail"]
