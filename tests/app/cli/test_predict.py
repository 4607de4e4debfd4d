import json
from pathlib import Path


def test_each_picture_has_a_line(nncore, trained: str, pictures: tuple[Path, Path]):
    code, out, _ = nncore("predict", pictures[1], pictures[1], "--model", trained)

    header, first, second = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert header == ["picture", "label", "probability"]
    assert first == second
    assert first[0] == "new-picture.png"
    assert first[1] in ("ring", "star")
    assert first[2].endswith(" %")


def test_one_that_is_no_picture_has_its_error_and_makes_it_code_1(nncore, trained, pictures, tmp_path: Path):
    text = tmp_path / "cat.jpg"
    text.write_text("meow")

    code, out, _ = nncore("predict", text, pictures[1], "--model", trained)

    assert code == 1
    assert out.splitlines()[1].startswith("cat.jpg\tnot-an-image\t")
    assert "new-picture.png" in out.splitlines()[2]


def test_as_json(nncore, remote, trained: str, pictures: tuple[Path, Path]):
    code, out, _ = nncore("predict", pictures[1], "--model", trained, "--json")

    assert code == 0
    assert json.loads(out) == remote.predict([pictures[1]], model=trained)
