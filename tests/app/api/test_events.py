import json

import pytest

LONG = {"epochs": 1_000_000, "initializer": "he"}


def events_of(text: str) -> list[tuple[int, str, dict]]:
    """Return the events of a stream."""
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")]
    assert blocks[0] == {"retry": "1000"}
    return [(int(block["id"]), block["event"], json.loads(block["data"])) for block in blocks[1:]]


def test_a_stream_has_every_event_and_ends(client, train, ended):
    job = ended(train(model="streamed", epochs=12))
    answer = client.get(f"/jobs/{job['id']}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-cache", "no")
    events = events_of(answer.text)
    assert [number for number, _, _ in events] == list(range(1, job["last_event"] + 1))
    assert [data["status"] for _, kind, data in events if kind == "status"] == ["queued", "running", "succeeded"]
    assert events[-1][1] == "done"
    assert events[-1][2]["model"] == {"name": "streamed", "version": 1}
    metrics = [data for _, kind, data in events if kind == "metrics"]
    assert sum(data["recorded"]["count"] for data in metrics) == 12
    assert metrics[-1]["epoch"] == metrics[-1]["epochs"] == metrics[-1]["recorded"]["last"] == 12
    history = client.get(f"/jobs/{job['id']}/history").json()
    assert metrics[-1]["recorded"]["values"] == {name: history[name][-1] for name in history if name != "epoch"}


def test_a_stream_goes_on_after_an_event_and_there_is_nothing_after_the_last(client, train, ended):
    job = ended(train(model="resumed", epochs=1))
    path = f"/jobs/{job['id']}/events"
    rest = [number for number, _, _ in events_of(client.get(path, headers={"Last-Event-ID": "2"}).text)]
    assert rest == list(range(3, job["last_event"] + 1))
    assert client.get(f"{path}?after=2").text == client.get(path, headers={"Last-Event-ID": "2"}).text
    over = client.get(f"{path}?after=0", headers={"Last-Event-ID": str(job["last_event"])})
    assert (over.status_code, over.text) == (204, "")


def test_the_same_events_come_as_pages(client, train, ended):
    job = ended(train(model="events", epochs=1))
    path = f"/jobs/{job['id']}/events"
    headers = {"Accept": "application/json"}
    first = client.get(f"{path}?limit=2", headers=headers).json()
    second = client.get(f"{path}?cursor={first['next']}", headers=headers).json()
    assert second["next"] is None
    pages = [(item["id"], item["event"], item["data"]) for item in first["items"] + second["items"]]
    assert pages == events_of(client.get(path).text)


def test_a_job_that_waits_has_a_page_already(client, train, ended):
    first, second = train(model="before", **LONG), train(model="behind", **LONG)
    page = client.get(f"/jobs/{second['id']}/events", headers={"Accept": "application/json"}).json()
    assert [item["data"]["status"] for item in page["items"]] == ["queued"]
    for job in (second, first):
        client.post(f"/jobs/{job['id']}/cancel")
        assert ended(job)["status"] == "cancelled"


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_a_job_that_is_not_there_has_no_events(client, accept):
    answer = client.get("/jobs/nothing/events", headers={"Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (404, "job-not-found")


def test_an_id_that_is_none_is_pointed_at(client):
    answer = client.get("/jobs/nothing/events", headers={"Last-Event-ID": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/header/last-event-id")
