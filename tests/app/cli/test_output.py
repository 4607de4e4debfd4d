import json

from app.cli.output import percent, print_json, print_table, size, time_left


def test_in_a_pipe_a_row_is_a_line_with_tabs(capsys):
    print_table(["name", "number"], [("x" * 300, 1), (None, 2.5)])

    assert capsys.readouterr().out == f"name\tnumber\n{'x' * 300}\t1\n\t2.5\n"


def test_json_keeps_every_letter(capsys):
    print_json({"label": "Kätzchen"})

    out = capsys.readouterr().out
    assert json.loads(out) == {"label": "Kätzchen"}
    assert "Kätzchen" in out


def test_percent():
    assert [percent(fraction) for fraction in (0.42, 1.0, None)] == ["42.0 %", "100.0 %", ""]


def test_size():
    assert [size(count) for count in (0, 2570, 2_572_022, 12_000_000_000)] == ["0.0 kB", "2.6 kB", "2.6 MB", "12.0 GB"]


def test_time_left():
    assert [time_left(seconds) for seconds in (None, 0.4, 61, 7322)] == ["", "0:00 left", "1:01 left", "2:02:02 left"]
