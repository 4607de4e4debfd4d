import json
import re

from app.cli.output import print_json, print_table


def test_in_a_pipe_a_row_is_a_line_with_tabs(capsys):
    print_table(["name", "number"], [("x" * 300, 1), (None, 2.5)])

    assert capsys.readouterr().out == f"name\tnumber\n{'x' * 300}\t1\n\t2.5\n"


def test_in_a_terminal_no_column_is_lost(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    columns = [f"the_{number}" for number in range(9)]
    print_table(columns, [[f"value {number}" + " more" * (number % 3) for number in range(9)]])

    out = capsys.readouterr().out
    assert max(len(line) for line in re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines()) <= 80
    assert [number for number in range(9) if str(number) not in out] == []


def test_json_keeps_every_letter(capsys):
    print_json({"label": "Kätzchen"})

    out = capsys.readouterr().out
    assert json.loads(out) == {"label": "Kätzchen"}
    assert "Kätzchen" in out
