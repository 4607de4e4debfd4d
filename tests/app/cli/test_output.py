import json

from app.cli.output import print_json, print_table


def test_in_a_pipe_a_row_is_a_line_with_tabs(capsys):
    print_table(["name", "number"], [("x" * 300, 1), (None, 2.5)])

    assert capsys.readouterr().out == f"name\tnumber\n{'x' * 300}\t1\n\t2.5\n"


def test_json_keeps_every_letter(capsys):
    print_json({"label": "Kätzchen"})

    out = capsys.readouterr().out
    assert json.loads(out) == {"label": "Kätzchen"}
    assert "Kätzchen" in out
