"""Eighty columns are enough: nothing is broken by the terminal, and a row of a table is a line."""

from pathlib import Path

import pytest
from rich.cells import cell_len


@pytest.mark.parametrize("command", [["datasets"], ["models"], ["jobs", "--status", "succeeded"]])
def test_a_list_fits(terminal, trained: str, command: list[str]):
    code, lines = terminal(*command)

    assert code == 0
    assert max(map(cell_len, lines)) <= 80
    assert [line for line in lines if trained in line.replace(":", " ").split()]
    assert len(lines[0].split()) >= 5  # the columns' names are a line


def test_a_job_is_a_line(terminal, remote, trained: str):
    code, lines = terminal("jobs", "--model", trained)

    [job] = remote.jobs(model=trained)
    assert code == 0
    assert [line.split()[:6] for line in lines[1:]] == [[job["id"][:8], "succeeded", trained, trained, "100", "%"]]


def test_an_import_has_a_bar_and_its_outcome(terminal, remote, pictures: tuple[Path, Path]):
    code, lines = terminal("import", "in-terminal", pictures[0])

    assert code == 0
    assert any("uploading" in line and "━━━" in line for line in lines)
    assert any("pictures" in line for line in lines)  # that they are read, or how many were
    assert lines[-3] == "in-terminal: ring, star"
    assert max(map(cell_len, lines)) <= 80
    remote.delete_dataset("in-terminal")


def test_a_bar_leaves_room_for_what_the_terminal_writes_at_ctrl_c(terminal, trained: str):
    code, lines = terminal("train", trained, "with-a-bar", "--epochs", 1_000_000, "--max-seconds", 0.3)

    assert code == 0
    assert 0 < max(cell_len(line) for line in lines if "━━━" in line) <= 78


def test_a_leaderboard_has_a_line_for_each_candidate(terminal, trained: str):
    search = ["--search", "learning_rate=log_uniform:0.001:0.1", "--search", "hidden_layers=[5]|[20,7]"]
    code, lines = terminal("tune", trained, "tuned-in-terminal", *search, "--set", "epochs=3", "--candidates", 3)

    assert code == 0
    assert [line.split()[0] for line in lines[-3:]] == ["1", "2", "3"]
    assert max(map(cell_len, lines)) <= 80


def test_a_picture_and_its_fault_and_an_error(terminal, trained: str, pictures: tuple[Path, Path], monkeypatch):
    monkeypatch.chdir(pictures[1].parent)
    code, lines = terminal("predict", pictures[1].name, pictures[0].name, "--model", trained)
    assert code == 1
    assert lines[1].split()[:2] == ["new-picture.png", "ring"]
    assert max(map(cell_len, lines)) <= 80

    code, lines = terminal("jobs", "cancel", "nothing")
    assert (code, lines[0]) == (1, "nncore: there is no job 'nothing'; `nncore jobs` lists those that are there")
    assert lines[1] == "  (job-not-found)"


def test_the_beginning_of_an_id_is_enough(nncore, remote, trained: str):
    job = remote.train(trained, "by-its-beginning", hyperparameters={"epochs": 1_000_000})["id"]

    assert nncore("jobs", "cancel", job[:12])[0] == 0
    assert list(remote.watch(job))[-1]["status"] == "cancelled"
