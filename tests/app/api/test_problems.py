import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.problems import answer_problems
from app.errors import Unavailable
from app.schemas.training import TrainRequest
from app.schemas.tuning import TuneRequest
from app.storage.database import Database
from nncore.errors import Diverged


@pytest.fixture
def small():
    """A client of an application that does nothing but fail."""
    app = FastAPI()
    answer_problems(app)

    @app.get("/fault")
    def fault() -> None:
        raise ZeroDivisionError("secret")

    @app.get("/lost")
    def lost() -> None:
        with Database("postgresql://nncore@127.0.0.1:1/nncore").read():
            pass

    @app.get("/diverged")
    def diverged() -> None:
        raise Diverged("the cost of epoch 3 is nan", epoch=3)

    @app.get("/unavailable")
    def unavailable() -> None:
        raise Unavailable("later", headers={"Retry-After": "7"})

    @app.post("/train")
    def train(body: TrainRequest) -> None:
        pass

    @app.post("/tune")
    def tune(body: TuneRequest) -> None:
        pass

    return TestClient(app, raise_server_exceptions=False)


def faults(client, **hyperparameters: object) -> dict[str, str]:
    body = {"dataset": "cats", "model": "m", "hyperparameters": hyperparameters}
    return {fault["pointer"]: fault["detail"] for fault in client.post("/train", json=body).json()["errors"]}


def test_a_database_that_cannot_be_reached_is_no_fault_of_ours(small):
    answer = small.get("/lost")
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "unavailable", "5")
    assert "127.0.0.1" not in answer.text


def test_a_fault_of_our_own_tells_nothing_of_itself(small):
    answer = small.get("/fault")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_errors_of_network_and_service_are_problems(small):
    assert small.get("/diverged").json()["code"] == "diverged"
    assert small.get("/unavailable").headers["retry-after"] == "7"


def test_a_path_that_is_not_there(client):
    answer = client.get("/trian")
    assert (answer.status_code, answer.json()["code"]) == (404, "path-not-found")
    assert "/trian" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/jobs", "GET"), ("/train", "POST"), ("/jobs/x", "DELETE, GET"), ("/models/m", "DELETE, GET")],
)
def test_a_method_that_a_path_does_not_take(client, path, allowed):
    answer = client.put(path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["allow"] == allowed


def test_an_unknown_field_is_told_with_the_nearest_one(small):
    told = faults(small, learning_rte=0.1)
    assert list(told) == ["/hyperparameters/learning_rte"]
    assert "the nearest one is /hyperparameters/learning_rate" in told["/hyperparameters/learning_rte"]


def test_a_field_in_the_wrong_place_is_told_with_the_right_one(small):
    answer = small.post("/train", json={"dataset": "cats", "model": "m", "epochs": 3}).json()
    assert "the nearest one is /hyperparameters/epochs" in answer["errors"][0]["detail"]


def test_a_field_of_another_request_is_not_told_as_the_nearest_one(small):
    body = {"dataset": "cats", "model": "m", "max_seconds": 5, "candidate": 3, "serch": {}}
    told = {fault["pointer"]: fault["detail"] for fault in small.post("/tune", json=body).json()["errors"]}
    assert told == {
        "/max_seconds": "'max_seconds' is no known field",
        "/candidate": "'candidate' is no known field; the nearest one is /candidates",
        "/serch": "'serch' is no known field; the nearest one is /search",
    }
    told = small.post("/train", json=body | {"max_seconds": 5}).json()["errors"]
    assert "'serch' is no known field" in {fault["detail"] for fault in told}


def test_what_a_name_may_be_is_said_in_words(small):
    body = {"dataset": "my cats", "model": "cats", "init_from": "cats:0"}
    faults = small.post("/train", json=body).json()["errors"]
    assert {fault["pointer"]: fault["detail"] for fault in faults} == {
        "/dataset": "1 to 64 letters, digits, dots, dashes and underscores are right, the first a letter or a digit; "
        "got 'my cats'",
        "/init_from": "NAME, NAME:VERSION or NAME@ALIAS is right; got 'cats:0'",
    }


def test_all_faults_are_told_at_once(small):
    told = faults(small, epochs="3", momentum=1.5, hidden_layers=[5, 0])
    assert set(told) == {"/hyperparameters/epochs", "/hyperparameters/momentum", "/hyperparameters/hidden_layers/1"}
    assert told["/hyperparameters/epochs"].endswith("got '3'")


def test_pointers_are_escaped_and_no_value_breaks_the_answer(small):
    told = faults(small, **{"a/b~c": 1, "\N{SNOWMAN}": "x" * 10_000})
    assert set(told) == {"/hyperparameters/a~1b~0c", "/hyperparameters/\N{SNOWMAN}"}
    assert max(map(len, told.values())) < 200


def test_of_very_many_faults_the_first_are_listed_and_all_are_counted(small):
    body = {"dataset": "cats", "model": "m"} | {f"field {number}": 1 for number in range(300)}
    told = small.post("/train", json=body).json()
    assert [fault["pointer"] for fault in told["errors"]] == [f"/field {number}" for number in range(100)]
    assert told["detail"].endswith("(and 299 more)")
