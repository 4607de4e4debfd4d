import json
import zipfile
from pathlib import Path

import pytest


@pytest.fixture
def mixed(tmp_path: Path, pictures: tuple[Path, Path]) -> Path:
    """A zip with two classes, one of a single picture, and twelve texts."""
    archive = tmp_path / "mixed.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("one/a.png", "two/a.png", "two/b.png"):
            file.write(pictures[1], name)
        for number in range(12):
            file.writestr(f"two/{number}.txt", "no picture")
    return archive


def test_an_import_tells_what_was_found_and_what_was_not(nncore, remote, mixed: Path):
    code, out, _ = nncore("import", "mixed", mixed)

    assert code == 0
    assert "mixed: one, two" in out
    assert "train: 3 images (1 one, 2 two)" in out
    assert "  warning: " in out
    assert out.count("  skipped ") == 10
    assert "  and 2 more skipped" in out
    remote.delete_dataset("mixed")


def test_an_import_as_json(nncore, remote, mixed: Path):
    code, out, _ = nncore("import", "mixed", mixed, "--json")

    assert code == 0
    assert json.loads(out) == remote.dataset("mixed")
    remote.delete_dataset("mixed")


def test_hdf5_files_go_by_their_ending(nncore, remote, cat_data: Path):
    code, out, _ = nncore("import", "cli-cats", cat_data / "train_catvnoncat.h5", cat_data / "test_catvnoncat.h5")

    assert code == 0
    assert "test: 50 images (17 non-cat, 33 cat)" in out
    remote.delete_dataset("cli-cats")


def test_two_zips_are_a_usage_error(nncore, mixed: Path):
    code, _, err = nncore("import", "mixed", mixed, mixed)

    assert code == 2
    assert "give one zip" in err


def test_the_list_has_a_line_for_each(nncore, trained: str):
    code, out, _ = nncore("datasets")

    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["name", "classes", "train", "test", "created"]
    assert [trained, "ring, star", "240", "60"] in [line[:4] for line in lines]


def test_the_list_as_json(nncore, trained: str):
    assert trained in [dataset["name"] for dataset in json.loads(nncore("datasets", "--json")[1])]


def test_a_dataset_is_shown_and_deleted(nncore, remote, pictures):
    remote.import_archive("shown", pictures[0])

    code, out, _ = nncore("datasets", "show", "shown")
    assert (code, out.splitlines()[0]) == (0, "shown: ring, star")
    assert nncore("datasets", "delete", "shown")[:2] == (0, "deleted shown\n")
    assert nncore("datasets", "show", "shown")[0] == 1
