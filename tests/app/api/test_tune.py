import pytest


def test_a_search_is_accepted_and_succeeds(client, ended, wait_for):
    body = {
        "dataset": "shades",
        "model": "tuned",
        "folds": 2,
        "hyperparameters": {"epochs": 10, "initializer": "he"},
        "search": {"learning_rate": [0.01, 0.02], "hidden_layers": [[4], [3, 2]]},
    }
    answer = client.post("/tune", json=body)
    job = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/jobs/{job['id']}")
    assert (job["kind"], job["status"], job["search"]["candidates"]) == ("tune", "queued", 4)
    job = ended(job)
    assert (job["status"], len(job["leaderboard"])) == ("succeeded", 4)
    board = client.get(f"/jobs/{job['id']}/leaderboard").json()
    assert [row["candidate"] for row in board["candidates"]] == [row["candidate"] for row in job["leaderboard"]]
    assert {told["label"] for told in board["out_of_fold"]} == {"dark", "bright"}
    assert client.get("/models/tuned").json()["versions"][0]["hyperparameters"] == job["best"]


def test_a_search_is_cancelled_while_it_runs(client, ended, wait_for):
    body = {"dataset": "shades", "model": "long", "folds": 2, "hyperparameters": {"epochs": 500_000}}
    job = client.post("/tune", json=body).json()
    wait_for(lambda: (client.get(f"/jobs/{job['id']}").json()["leaderboard"] or [{}])[0].get("status") == "running")
    assert client.get(f"/jobs/{job['id']}").json()["progress"]["epochs"] == 1_000_000
    assert client.post(f"/jobs/{job['id']}/cancel").status_code == 202
    assert ended(job)["status"] == "cancelled"


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"folds": 1}, 422, "/folds"),
        ({"folds": "all"}, 422, "/folds"),
        ({"folds": True}, 422, "/folds"),
        ({"folds": 2.5}, 422, "/folds"),
        ({"search": [1]}, 422, "/search"),
        ({"search": {"l2": [0], "learning_rte": [1]}}, 422, "/search/learning_rte"),
        ({"objective": "loss"}, 422, "/objective"),
        ({"candidates": 0}, 422, "/candidates"),
        ({"repeats": 0}, 422, "/repeats"),
    ],
)
def test_what_is_wrong_is_named(client, change, status, pointer):
    answer = client.post("/tune", json={"dataset": "shades", "model": "m"} | change)
    assert answer.status_code == status
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_a_training_has_no_leaderboard(client, train, ended):
    job = ended(train(model="no-search", epochs=2))
    answer = client.get(f"/jobs/{job['id']}/leaderboard")
    assert (answer.status_code, answer.json()["code"]) == (404, "job-not-found")
    assert (job["search"], job["leaderboard"], job["best"]) == (None, None, None)


def test_a_search_that_is_asked_for_again_with_its_key_is_one_job(client, ended):
    body = {"dataset": "shades", "model": "searched-once", "folds": 2, "hyperparameters": {"epochs": 2}}
    first, again = (client.post("/tune", json=body, headers={"Idempotency-Key": "search-1"}).json() for _ in range(2))
    assert first["id"] == again["id"]
    ended(first)


def test_an_ensemble_does_not_start_from_one_network(client, train, ended):
    ended(train(model="start", epochs=2))
    body = {"dataset": "shades", "model": "m", "members": 2, "init_from": "start:1"}
    answer = client.post("/train", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/members")
