import json
from pathlib import Path

import pytest


def test_what_spoke_for_and_against_adds_up(nncore, trained: str, pictures: tuple[Path, Path]):
    code, out, _ = nncore("explain", pictures[1], "--model", trained)

    header, line = [line.split("\t") for line in out.splitlines()]
    told = dict(zip(header, line, strict=True))
    numbers = [float(told[name]) for name in ("pixels for", "pixels against", "bias")]
    assert code == 0
    assert (told["picture"], numbers[0] > 0 > numbers[1]) == (str(pictures[1]), True)
    assert sum(numbers) == pytest.approx(float(told["logit"]), abs=2e-3)


def test_one_that_is_no_picture_makes_it_code_1(nncore, trained: str, pictures: tuple[Path, Path], tmp_path: Path):
    text = tmp_path / "cat.jpg"
    text.write_text("meow")

    code, out, _ = nncore("explain", text, pictures[1], "--model", trained)

    assert code == 1
    assert out.splitlines()[1].startswith(f"{text}\tnot-an-image\t")


def test_as_json(nncore, remote, trained: str, pictures: tuple[Path, Path]):
    code, out, _ = nncore("explain", pictures[1], "--model", trained, "--json")

    assert code == 0
    assert json.loads(out) == remote.explain([pictures[1]], model=trained)
