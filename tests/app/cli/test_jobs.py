import json
import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool]):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_the_list_can_be_filtered(nncore, remote, trained: str):
    code, out, _ = nncore("jobs", "--status", "succeeded", "--model", trained, "--dataset", trained)

    (job,) = remote.jobs(model=trained)
    header, line = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert header == ["id", "status", "dataset", "model", "epoch", "train", "test", "created"]
    assert line[:5] == [job["id"], "succeeded", trained, trained, "20/20"]
    assert line[5].endswith(" %")


def test_the_list_as_json(nncore, remote, trained: str):
    assert json.loads(nncore("jobs", "--model", trained, "--json")[1]) == list(remote.jobs(model=trained))


def test_a_status_that_is_none(nncore):
    code, _, err = nncore("jobs", "--status", "sleeping")

    assert code == 1
    assert "/query/status" in err


def test_a_job_is_paused_resumed_and_cancelled(nncore, remote, trained: str):
    job = remote.train(trained, "paused-by-command", hyperparameters={"epochs": 1_000_000})["id"]
    assert nncore("jobs", "pause", job)[0] == 0
    wait_until(lambda: remote.job(job)["status"] == "paused")
    assert nncore("jobs", "resume", job)[:2] == (0, "queued\n")
    code, out, _ = nncore("jobs", "cancel", job, "--keep", "--json")
    assert (code, json.loads(out)["id"]) == (0, job)
    wait_until(lambda: remote.job(job)["status"] == "cancelled")
    code, _, err = nncore("jobs", "resume", job)
    assert (code, "state-not-allowed" in err) == (1, True)
