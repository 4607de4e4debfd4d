import json
import runpy
import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import onnxruntime
import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def output_of(*words: str) -> bytes:
    return subprocess.run([sys.executable, "-m", "app.cli", *words], capture_output=True, check=True).stdout


def test_without_a_format_it_is_the_parameter_file(nncore, remote, trained: str, folder: Path):
    code, out, _ = nncore("export", trained)

    parameters = remote.parameters(trained, 1)
    assert (code, out) == (0, f"{trained}:1 is in {trained}-1.h5 ({len(parameters)} bytes)\n")
    assert (folder / f"{trained}-1.h5").read_bytes() == parameters


def test_a_dash_is_stdout(service: str, remote, trained: str, folder: Path):
    assert output_of("export", trained, "--output", "-", "--server", service) == remote.parameters(trained, 1)
    assert list(folder.iterdir()) == []


def test_where_it_is_as_json(nncore, trained: str):
    code, out, _ = nncore("export", trained, "--format", "npz", "--json")
    size = Path(f"{trained}-1.npz").stat().st_size
    told = {"name": trained, "version": 1, "format": "npz", "file": f"{trained}-1.npz", "size": size}
    assert (code, json.loads(out)) == (0, told)


def test_programs_elsewhere_answer_as_the_service_does(
    nncore, remote, trained: str, pictures: tuple[Path, Path], folder: Path
):
    for form, file in [("onnx", "model.onnx"), ("numpy", "model.py")]:
        assert nncore("export", f"{trained}:1", "--format", form, "--output", file)[0] == 0
    (folder / "pixels.png").write_bytes(remote.pixels(pictures[1]))
    images = np.asarray(Image.open(folder / "pixels.png"))[np.newaxis]

    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    probabilities, label = session.run(["probabilities", "label"], {"image": images})
    program = runpy.run_path(str(folder / "model.py"))

    told = remote.predict([pictures[1]], model=trained)["predictions"][0]
    expected = [told["probabilities"][name] for name in program["CLASSES"]]
    assert probabilities[0] == pytest.approx(expected, abs=1e-6)
    assert program["probabilities"](images)[0] == pytest.approx(expected, abs=1e-6)
    assert label == [told["label"]]


def test_an_alias_is_as_good_as_a_version(nncore, service: str, trained: str, folder: Path):
    assert httpx.put(f"{service}/models/{trained}/aliases/live", json={"version": 1}).is_success

    assert nncore("export", f"{trained}@live", "--format", "npz")[0] == 0

    assert "parameters/W1" in np.load(folder / f"{trained}-1.npz")
    assert httpx.delete(f"{service}/models/{trained}/aliases/live").is_success


def test_a_program_has_a_name_that_can_be_imported(nncore, trained: str, folder: Path):
    assert nncore("export", trained, "--format", "numpy")[0] == 0
    assert [path.name for path in folder.iterdir()] == ["built_in_1.py"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["{}:99"], "model-not-found"),
        (["nobody"], "model-not-found"),
        (["{}@nobody"], "there is no version"),
        (["{}:three"], "names no version"),
        (["{}", "--output", "no/such/folder"], "cannot write no/such/folder: No such file or directory"),
    ],
)
def test_what_goes_wrong_is_one_line_and_code_1(nncore, trained: str, folder: Path, words: list[str], message: str):
    code, out, err = nncore("export", *[word.format(trained) for word in words])

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert message in err
    assert list(folder.iterdir()) == []
