"""The forms that a model can be exported in, by name."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.client_errors import ClientError
from app.exports.array_archive import array_archive
from app.exports.numpy_program import numpy_program
from nncore import parameter_file
from nncore.errors import InvalidParameterFile


@dataclass(frozen=True)
class Format:
    """How files of a form end, and what makes one out of a parameter file; that raises InvalidParameterFile."""

    suffix: str
    convert: Callable[[Path], bytes]


def export(parameters: bytes, *, form: str) -> bytes:
    """Return a parameter file in the form of this name; raises ClientError where that cannot be done."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parameters.h5"
        path.write_bytes(parameters)
        try:
            return FORMATS[form].convert(path)
        except InvalidParameterFile as error:
            raise ClientError(str(error)) from error


def _hdf5(path: Path) -> bytes:
    parameter_file.read(path)
    return path.read_bytes()


def _onnx(path: Path) -> bytes:
    try:
        from app.exports.onnx_graph import onnx_graph  # noqa: PLC0415, an extra
    except ImportError as error:
        raise ClientError(f"the format onnx needs one more package: pip install 'nncore[onnx]' ({error})") from error
    return onnx_graph(parameter_file.read(path))


def _numpy(path: Path) -> bytes:
    return numpy_program(parameter_file.read(path)).encode()


FORMATS = {
    "hdf5": Format(suffix=".h5", convert=_hdf5),
    "npz": Format(suffix=".npz", convert=array_archive),
    "onnx": Format(suffix=".onnx", convert=_onnx),
    "numpy": Format(suffix=".py", convert=_numpy),
}
