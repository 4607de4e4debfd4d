import json


def test_the_list_can_be_filtered(nncore, remote, trained: str):
    code, out, _ = nncore("jobs", "--status", "succeeded", "--model", trained, "--dataset", trained)

    (job,) = remote.jobs(model=trained)
    header, line = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert header == ["id", "status", "dataset", "model", "epoch", "train", "test", "created at"]
    assert line[:5] == [job["id"], "succeeded", trained, trained, "20/20"]
    assert line[5].endswith(" %")


def test_the_list_as_json(nncore, remote, trained: str):
    assert json.loads(nncore("jobs", "--model", trained, "--json")[1]) == list(remote.jobs(model=trained))


def test_a_status_that_is_none(nncore):
    code, _, err = nncore("jobs", "--status", "sleeping")

    assert code == 1
    assert "/query/status" in err
