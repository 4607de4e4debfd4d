import json


def test_a_picture_goes_there_and_back(nncore, remote, trained: str, pictures):
    code, out, _ = nncore("forward", pictures[1], "--model", trained, "--truth", "star")

    told, header, *rows = out.splitlines()
    assert (code, header.split("\t")[:3]) == (0, ["layer", "way", "array"])
    assert told.endswith("where the truth is star")
    assert [row.split("\t")[1] for row in rows][0 :: len(rows) - 1] == ["forward", "back"]
    answer = json.loads(nncore("forward", pictures[1], "--model", trained, "--json")[1])
    assert answer == remote.forward(pictures[1], model=trained)
