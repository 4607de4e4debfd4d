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


def test_a_job_is_watched_again_shown_and_deleted(nncore, remote, trained: str):
    job = remote.train(trained, "shown", hyperparameters={"epochs": 4, "hidden_layers": [1]})["id"]

    code, out, _ = nncore("jobs", "watch", job[:10])
    assert (code, out.splitlines()[-1].partition(":")[0]) == (0, "shown")
    facts = dict(line.split("\t") for line in nncore("jobs", "show", job)[1].splitlines())
    assert (facts["status"], facts["model.name"], facts["hyperparameters.epochs"]) == ("succeeded", "shown", "4")
    assert json.loads(nncore("jobs", "show", job, "--json")[1]) == remote.job(job)
    header, *lines = [line.split("\t") for line in nncore("jobs", "history", job)[1].splitlines()]
    assert (header[:2], [line[0] for line in lines]) == (["epoch", "cost"], ["1", "2", "3", "4"])

    assert nncore("jobs", "delete", job)[:2] == (0, f"deleted {job}\n")
    assert nncore("jobs", "show", job)[0] == 1
