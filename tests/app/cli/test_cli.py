import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


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
    assert err.startswith("nncore: ")
    assert err.endswith("import --help` tells what is right\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [["--help"], ["datasets"], ["datasets", "--json"]])
def test_an_output_without_room_is_one_line(service, words):
    command = [sys.executable, "-m", "app.cli", *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ | {"NNCORE_SERVER": service},
        )
    told = "nncore: cannot write what was asked for: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_without_a_command_there_is_help(nncore):
    code, out, err = nncore()
    assert (code, "predict" in out + err, "nncore:" in out + err) == (2, True, False)


def test_a_failure_is_code_1_and_one_line(nncore):
    code, out, err = nncore("train", "no-such-dataset", "cats")

    assert code == 1
    assert out == ""
    hint = "`nncore datasets` lists those that are there (dataset-not-found)\n"
    assert err == f"nncore: there is no dataset 'no-such-dataset'; {hint}"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["train", "a", "b", "--learning-rate", "nan"], "cannot be sent: .*; numbers have to be finite"),
        (["tune", "a", "b", "--search", "l2=uniform:0:inf"], "cannot be sent: .*; numbers have to be finite"),
        (["train", b"caf\xe9", "b"], "cannot be sent: .* UTF-8"),
        (["import", b"caf\xe9", __file__], "cannot be sent: .* UTF-8"),
        (["export", b"caf\xe9"], "name"),
        (["export", ""], "a name is empty"),
        (["models", "--server", "http://[::1"], "is no address of a service .*http://127.0.0.1:8000 would be right"),
        (["demo", "--folder", "/dev/null/x"], "cannot write to /dev/null/x: .*; name another with --folder"),
    ],
)
def test_what_cannot_be_sent_is_one_line(nncore, words, told):
    code, out, err = nncore(*map(os.fsdecode, words))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert re.match(f"nncore: .*{told}", err)


def test_a_key_that_is_none_is_one_line(nncore, monkeypatch):
    monkeypatch.setenv("NNCORE_KEY", "käse")
    assert nncore("models") == (
        1,
        "",
        "nncore: the key is none of nncore: all of its characters are ASCII; look at NNCORE_KEY\n",
    )


def test_what_is_wrong_with_a_field_is_said_once(nncore, trained):
    code, _, err = nncore("train", trained, "b", "--epochs", "0", "--dropout", "2")
    assert code == 1
    assert [err.count(pointer) for pointer in ("/hyperparameters/epochs", "/hyperparameters/dropout")] == [1, 1]


@pytest.mark.parametrize("words", [["predict"], ["explain"], ["import", "folder"]])
def test_a_folder_where_files_are_wanted_is_told_from_them(nncore, tmp_path, words):
    code, _, err = nncore(*words, tmp_path)
    assert (code, err.count("\n"), f"{tmp_path} is a folder; " in err) == (2, 1, True)


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
