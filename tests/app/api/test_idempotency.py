import threading

import pytest

BODY = {"dataset": "shades", "hyperparameters": {"epochs": 1, "hidden_layers": [1]}}


@pytest.fixture
def post(client):
    """A function that asks for a training with a key."""

    def post(key, *, model="once", **more):
        return client.post("/train", json=BODY | {"model": model} | more, headers={"Idempotency-Key": key})

    return post


def test_the_same_request_is_done_once(client, post, ended):
    first = post("a-key")
    second = post("a-key", record_every=None)  # which is what it is anyway
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json()["id"] == first.json()["id"]
    assert second.headers["location"] == first.headers["location"]
    ended(first.json())
    assert post("a-key").json()["status"] == "succeeded"
    assert post("another-key").json()["id"] != first.json()["id"]
    assert len(client.get("/jobs?model=once").json()["items"]) == 2


def test_another_request_with_the_same_key_is_refused(post):
    post("reused")
    answer = post("reused", model="other")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


def test_requests_at_the_same_time_make_one_job(client, post):
    answers = []
    senders = [threading.Thread(target=lambda: answers.append(post("race", model="race"))) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(client.get("/jobs?model=race").json()["items"]) == 1


def test_a_key_goes_with_its_job(client, post, ended):
    job = ended(post("gone").json())
    client.delete(f"/jobs/{job['id']}")
    assert post("gone").json()["id"] != job["id"]


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
def test_a_key_that_is_none_is_pointed_at(post, key):
    answer = post(key)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/header/idempotency-key")


def test_a_dataset_is_made_once(client, pictures):
    def upload(key="upload", **files):
        parts = {name: ("file", path.read_bytes()) for name, path in files.items()}
        return client.post("/datasets", data={"name": "once"}, files=parts, headers={"Idempotency-Key": key})

    answers = []
    senders = [threading.Thread(target=lambda: answers.append(upload(archive=pictures[0]))) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    again = upload(archive=pictures[0])
    assert [answer.status_code for answer in (*answers, again)] == [201, 201, 201]
    assert answers[0].json() == answers[1].json() == again.json()
    assert upload(archive=pictures[1]).json()["code"] == "idempotency-key-reused"
    assert upload("another", archive=pictures[0]).json()["code"] == "name-taken"
    client.delete("/datasets/once")
    assert upload(archive=pictures[1]).json()["code"] == "invalid-archive"
