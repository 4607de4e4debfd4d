import json


def test_the_list_has_a_line_for_each_version(nncore, trained: str):
    code, out, _ = nncore("models")

    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["model", "classes", "dataset", "train", "test", "created"]
    assert [f"{trained}:1", "ring, star", trained] in [line[:3] for line in lines]


def test_the_list_as_json(nncore, remote, trained: str):
    assert remote.model(trained) in json.loads(nncore("models", "--json")[1])
