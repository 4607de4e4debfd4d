"""The program runs in a Python that can import NumPy and the standard library, and nothing else."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.exports.numpy_program import numpy_program
from nncore import parameter_file

ALONE = """
import sys
sys.path.insert(0, ".")
import program, numpy
assert not {"nncore", "app", "h5py"} & set(sys.modules)
images = numpy.load("images.npy")
answers, none = program.probabilities(images), program.probabilities(images[:0])
numpy.savez("answers.npz", answers=answers, none=none, classes=program.CLASSES)
"""


def test_it_answers_as_the_model_does(path: Path, images: np.ndarray, tmp_path: Path):
    read = parameter_file.read(path)
    (tmp_path / "program.py").write_text(numpy_program(read))
    np.save(tmp_path / "images.npy", images)

    subprocess.run([sys.executable, "-W", "error", "-I", "-c", ALONE], cwd=tmp_path, check=True)

    answers = np.load(tmp_path / "answers.npz")
    expected = read.model.probabilities(images)
    atol = 1e-12 if expected.dtype == np.float64 else 1e-5
    np.testing.assert_allclose(answers["answers"], expected, rtol=0, atol=atol, strict=True)
    assert answers["none"].shape == (0, len(read.classes))
    assert answers["classes"].tolist() == read.classes


def test_logits_beyond_all_bounds_are_no_warning(write, tmp_path: Path, images: np.ndarray):
    source = numpy_program(parameter_file.read(write("sigmoid", "none", 2, 1, "float64")))
    program: dict = {}
    exec(source, program)
    program["PARAMETERS"]["parameters/b3"] += 1e6

    assert program["probabilities"](images) == pytest.approx(np.array([[0, 1]] * len(images)))
