import csv

import pytest

LONG = {"epochs": 1_000_000, "initializer": "he"}


def test_a_job_can_be_watched_and_cancelled(client, train, ended, wait_for):
    job = train(model="watched", **LONG)
    path = f"/jobs/{job['id']}"
    wait_for(lambda: client.get(path).json()["progress"]["epoch"] >= 1000)
    watched = client.get(path).json()
    assert (watched["status"], watched["attempt"]) == ("running", 1)
    assert watched["progress"]["seconds_left"] > 0
    assert len(client.get(f"{path}/history").json()["epoch"]) >= 1
    assert client.delete(path).json()["code"] == "state-not-allowed"
    assert client.post(f"{path}/cancel").status_code == 202
    assert ended(job)["status"] == "cancelled"
    assert client.post(f"{path}/cancel").status_code == 409
    assert client.get("/models/watched").status_code == 404


def test_a_waiting_job_is_cancelled_at_once(client, train, ended):
    first, second = train(model="first", **LONG), train(model="second", **LONG)
    assert client.post(f"/jobs/{second['id']}/cancel").json()["status"] == "cancelled"
    client.post(f"/jobs/{first['id']}/cancel")
    assert ended(first)["status"] == "cancelled"


def test_the_history_is_json_or_csv(client, train, ended):
    path = f"/jobs/{ended(train(model='history', epochs=12))['id']}/history"
    columns = client.get(path).json()
    assert columns["epoch"] == list(range(1, 13))
    assert columns["cost"][0] == pytest.approx(0.6931, abs=1e-3)
    few = client.get(f"{path}?max_points=2").json()
    assert few == {name: [values[0], values[-1]] for name, values in columns.items()}
    answer = client.get(path, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [float(row["cost"]) for row in rows] == columns["cost"]
    assert list(rows[0]) == list(columns)


def test_lists_have_filters_and_pages(client, train, ended):
    ids = [ended(train(model="paged", epochs=1))["id"] for _ in range(3)]
    first = client.get("/jobs?model=paged&status=succeeded&dataset=shades&limit=2").json()
    second = client.get(f"/jobs?model=paged&limit=2&cursor={first['next']}").json()
    assert [job["id"] for job in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None
    assert client.get("/jobs?model=paged&status=failed").json() == {"items": [], "next": None}


def test_a_job_is_deleted_and_its_model_stays(client, train, ended):
    path = f"/jobs/{ended(train(model='stays', epochs=1))['id']}"
    assert client.delete(path).status_code == 204
    for gone in (client.get(path), client.get(f"{path}/history"), client.delete(path), client.post(f"{path}/cancel")):
        assert (gone.status_code, gone.json()["code"]) == (404, "job-not-found")
    assert client.get("/models/stays").status_code == 200


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=x", "/query/limit"),
        ("status=done", "/query/status"),
        ("dataset=a/b", "/query/dataset"),
        ("cursor=abc", "/query/cursor"),
    ],
)
def test_a_wrong_query_is_pointed_at(client, query, pointer):
    answer = client.get(f"/jobs?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_dataset_that_a_job_needs_stays(client, train, ended):
    job = train(model="needs", **LONG)
    assert client.delete("/datasets/shades").json()["code"] == "dataset-in-use"
    client.post(f"/jobs/{job['id']}/cancel")
    assert ended(job)["status"] == "cancelled"
