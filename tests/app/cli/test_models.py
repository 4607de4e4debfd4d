import json


def test_the_list_has_a_line_for_each_version(nncore, trained: str):
    code, out, _ = nncore("models")

    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["model", "classes", "dataset", "train", "test", "created"]
    assert [f"{trained}:1", "ring, star", trained] in [line[:3] for line in lines]


def test_the_list_as_json(nncore, remote, trained: str):
    assert remote.model(trained) in json.loads(nncore("models", "--json")[1])


def test_a_version_is_shown_named_and_asked_where_it_errs(nncore, remote, trained: str):
    assert nncore("models", "alias", f"{trained}:1", "seen")[:2] == (0, f"{trained}@seen is {trained}:1\n")
    code, out, _ = nncore("models", "show", f"{trained}@seen")
    facts = dict(line.split("\t") for line in out.splitlines())
    assert (code, facts["name"], facts["alias seen"], facts["hyperparameters.epochs"]) == (0, trained, "1", "20")
    assert "metrics.test.confusion" in facts
    assert json.loads(nncore("models", "show", trained, "--json")[1]) == remote.version(trained, 1)

    code, out, _ = nncore("models", "hardest", trained, "--limit", 3)
    hardest = remote.hardest(trained, 1, limit=3)["items"]
    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()[1:]] == [str(each["index"]) for each in hardest]

    assert nncore("models", "alias", trained, "seen", "--remove")[:2] == (0, f"deleted {trained}@seen\n")
    assert list(remote.aliases(trained)) == []


def test_a_parameter_file_is_uploaded_and_a_version_and_all_are_deleted(nncore, remote, trained: str, tmp_path):
    file = tmp_path / "model.h5"
    file.write_bytes(remote.parameters(trained, 1))

    assert nncore("models", "upload", "by-command", file)[:2] == (0, "by-command:1\n")
    assert json.loads(nncore("models", "upload", "by-command", file, "--json")[1])["version"] == 2
    assert nncore("models", "delete", "by-command:1")[:2] == (0, "deleted by-command:1\n")
    assert [each["version"] for each in remote.model("by-command")["versions"]] == [2]
    assert json.loads(nncore("models", "delete", "by-command", "--json")[1]) == {"deleted": "by-command"}
    assert nncore("models", "show", "by-command")[0] == 1
