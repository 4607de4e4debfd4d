import sys
from pathlib import Path

import pytest

from app.client import ClientError
from app.exports.formats import FORMATS, export


@pytest.fixture
def parameters(write) -> bytes:
    path: Path = write("relu", "scale", 2, 1, "float64")
    return path.read_bytes()


def test_hdf5_is_the_file_itself(parameters: bytes):
    assert export(parameters, form="hdf5") == parameters


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_no_parameter_file_is_one_line(form: str):
    with pytest.raises(ClientError, match="cannot be read as a parameter file"):
        export(b"meow", form=form)


def test_without_the_package_onnx_it_says_how_to_get_it(parameters: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "app.exports.onnx_graph", raising=False)
    monkeypatch.setitem(sys.modules, "onnx", None)

    with pytest.raises(ClientError, match=r"pip install 'nncore\[onnx\]'"):
        export(parameters, form="onnx")
