import zipfile
from pathlib import Path

import pytest

from app.cli.figures import size
from app.cli.upload import _lines, _picture_lines


@pytest.fixture
def stored(tmp_path: Path, pictures: tuple[Path, Path]) -> Path:
    """A zip with some padding, so that it is sent in several pieces."""
    archive = tmp_path / "padded.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("one/a.png", "two/a.png", "two/b.png"):
            file.write(pictures[1], name)
        file.writestr("two/notes.txt", "no picture" * 100_000)
    return archive


def test_a_client_hears_how_much_was_sent(remote, stored: Path):
    told: list[tuple[int, int]] = []

    remote.import_archive("counted", stored, on_progress=lambda sent, whole: told.append((sent, whole)))

    sent = [sent for sent, _ in told]
    assert sent == sorted(sent)
    assert len(set(sent)) > 3
    assert {whole for _, whole in told} == {stored.stat().st_size} == {sent[-1]}
    remote.delete_dataset("counted")


def test_in_a_pipe_an_upload_is_a_line(nncore, remote, stored: Path):
    _, out, _ = nncore("import", "uploaded", stored)

    whole = size(stored.stat().st_size)
    told = [line for line in out.splitlines() if line.startswith("uploaded ")]
    assert told == [f"uploaded {whole} of {whole}; the pictures are read"]
    remote.delete_dataset("uploaded")


def test_a_large_upload_is_ten_lines_in_a_pipe(capsys):
    show = _lines()
    for percent in range(101):
        show(percent * 1_000_000, 100_000_000)

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0] == "uploaded 10.0 MB of 100.0 MB"
    assert lines[-1] == "uploaded 100.0 MB of 100.0 MB; the pictures are read"


def test_a_client_hears_of_the_pictures_that_are_read(remote, stored: Path):
    told: list[tuple[int, int]] = []

    remote.import_archive("counted", stored, on_pictures=lambda done, whole: told.append((done, whole)))

    assert told[0] == (0, 4)
    remote.delete_dataset("counted")


def test_many_pictures_are_nine_lines_in_a_pipe(capsys):
    show = _picture_lines()
    for done in range(0, 60_000, 500):
        show(done, 60_000)

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert lines[0] == "read 6,000 of 60,000 pictures"


def test_in_a_terminal_an_import_has_a_bar(terminal, remote, stored: Path):
    code, lines = terminal("import", "shown", stored)

    assert code == 0
    assert any("pictures" in line and "reading" in line for line in lines)
    assert lines[-1].startswith("  skipped") or "shown: one, two" in " ".join(lines)
    remote.delete_dataset("shown")
