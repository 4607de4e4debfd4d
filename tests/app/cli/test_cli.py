import os
import subprocess
import sys
from pathlib import Path


def test_help_names_all_commands(nncore):
    code, out, _ = nncore("--help")

    assert code == 0
    for command in ("serve", "demo", "import", "train", "predict", "datasets", "jobs", "models"):
        assert f" {command} " in out


def test_version(nncore):
    assert nncore("--version") == (0, "nncore 0.1.0\n", "")


def test_a_usage_error_is_code_2(nncore):
    code, out, err = nncore("import", "cats")

    assert code == 2
    assert out == ""
    assert "PATH" in err


def test_a_failure_is_code_1_and_one_line(nncore):
    code, out, err = nncore("train", "no-such-dataset", "cats")

    assert code == 1
    assert out == ""
    assert err.startswith("nncore: ")
    assert err.endswith("(dataset-not-found)\n")
    assert err.count("\n") == 1


def test_the_address_of_the_option_goes_before_that_of_the_environment(nncore):
    code, _, err = nncore("models", "--server", "http://127.0.0.1:9")

    assert code == 1
    assert "http://127.0.0.1:9" in err


def test_a_misspelt_setting_is_code_2(nncore, monkeypatch):
    monkeypatch.setenv("NNCORE_SERVR", "http://127.0.0.1:9")

    code, _, err = nncore("models")

    assert (code, err) == (2, "nncore: NNCORE_SERVR is no setting of nncore; the nearest one is NNCORE_SERVER\n")


def test_the_shell_completes_commands_and_options():
    words = {"_NNCORE_COMPLETE": "complete_bash", "COMP_WORDS": "nncore train --hidden", "COMP_CWORD": "2"}
    command = Path(sys.executable).with_name("nncore")

    completed = subprocess.run([command], env=os.environ | words, capture_output=True, text=True, check=True)

    assert completed.stdout.split() == ["--hidden-layers"]


def test_help_loads_neither_network_nor_service():
    loaded = "import sys, app.cli; print([name for name in ('numpy', 'fastapi', 'httpx') if name in sys.modules])"

    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True).stdout == b"[]\n"
