import json
import os
import shutil
from pathlib import Path

import pytest


def test_each_picture_has_a_line(nncore, trained: str, pictures: tuple[Path, Path]):
    code, out, _ = nncore("predict", pictures[1], pictures[1], "--model", trained)

    header, first, second = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert header == ["picture", "label", "probability"]
    assert first == second
    assert first[0] == str(pictures[1])
    assert first[1] in ("ring", "star")
    assert first[2].endswith(" %")


def test_one_that_is_no_picture_has_its_error_and_makes_it_code_1(nncore, trained, pictures, tmp_path: Path):
    text = tmp_path / "cat.jpg"
    text.write_text("meow")

    code, out, _ = nncore("predict", text, pictures[1], "--model", trained)

    assert code == 1
    assert out.splitlines()[1].startswith(f"{text}\tnot-an-image\t")
    assert "new-picture.png" in out.splitlines()[2]


def test_as_json(nncore, remote, trained: str, pictures: tuple[Path, Path]):
    code, out, _ = nncore("predict", pictures[1], "--model", trained, "--json")

    assert code == 0
    assert json.loads(out) == remote.predict([pictures[1]], model=trained)


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(nncore, trained: str, pictures, tmp_path: Path):
    strange = tmp_path / os.fsdecode(b"caf\xe9.png")
    shutil.copy(pictures[1], strange)
    for batch in ([], ["--batch"]):
        code, out, _ = nncore("predict", strange, *batch, "--model", trained)
        assert (code, out.splitlines()[1].split("\t")[0]) == (0, f"{tmp_path}/caf\ufffd.png")


def test_more_pictures_than_a_request_takes_are_for_a_batch(nncore, trained: str, pictures):
    code, _, err = nncore("predict", *[pictures[1]] * 140, "--model", trained)
    assert code == 1
    assert "`nncore predict --batch` sends them in several requests (too-many-files)" in err


@pytest.fixture
def folder(pictures, tmp_path: Path) -> Path:
    """A folder of more pictures than one request takes, with one that is none and one that cannot be read."""
    (tmp_path / "deep").mkdir()
    for number in range(40):
        shutil.copy(pictures[1], tmp_path / "deep" / f"{number:02}.png")
    (tmp_path / ".hidden.png").write_bytes(b"")
    (tmp_path / "cat.jpg").write_text("meow")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    return tmp_path


def test_a_batch_takes_folders_and_goes_on_after_errors(nncore, trained, pictures, folder: Path):
    gone = folder / "gone.png"
    code, out, err = nncore("predict", "--batch", gone, folder, pictures[1], "--model", trained)

    header, *rows = [line.split("\t") for line in out.splitlines()]
    assert code == 1
    assert header == ["picture", "label", "probability", "uncertainty"]
    assert [row[0] for row in rows[:3]] == [str(gone), str(folder / "cat.jpg"), str(folder / "deep" / "00.png")]
    assert [row[1] for row in rows[:2]] == ["unreadable", "not-an-image"]
    assert [row[0] for row in rows[-2:]] == [str(folder / "deep" / "39.png"), str(pictures[1])]
    assert len({tuple(row[1:]) for row in rows[2:]}) == 1
    assert len(rows) == 43
    assert err == "nncore: 2 of 43 pictures could not be read\n"


def test_a_batch_as_lines_of_json(nncore, remote, trained, pictures, folder: Path):
    code, out, err = nncore("predict", "--batch", folder / "deep", "--model", trained, "--json")

    assert (code, err) == (0, "")
    [expected] = remote.predict([pictures[1]], model=trained)["predictions"]
    answers = [json.loads(line) for line in out.splitlines()]
    assert answers == [expected | {"filename": str(folder / "deep" / f"{number:02}.png")} for number in range(40)]


def test_a_batch_of_one_that_is_no_picture(nncore, trained, folder: Path):
    code, out, _ = nncore("predict", "--batch", folder / "cat.jpg", "--model", trained)
    assert code == 1
    assert out.splitlines()[1].startswith(f"{folder / 'cat.jpg'}\tnot-an-image\t")


def test_a_batch_for_a_model_that_is_not_there_ends(nncore, folder: Path):
    code, out, err = nncore("predict", "--batch", folder / "deep" / "00.png", "--model", "nobody")
    assert (code, out) == (1, "picture\tlabel\tprobability\tuncertainty\n")
    assert "model-not-found" in err


def test_a_batch_of_no_file_is_a_wrong_usage(nncore, tmp_path: Path):
    code, _, err = nncore("predict", "--batch", tmp_path)
    assert code == 2
    assert "no file" in err
