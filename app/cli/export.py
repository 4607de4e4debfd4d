"""`nncore export`."""

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import AsJson, Server, connect
from app.cli.output import print_answer


class Form(StrEnum):
    """In which form a model is saved."""

    hdf5 = "hdf5"
    npz = "npz"
    onnx = "onnx"
    numpy = "numpy"


def export(
    model: Annotated[str, typer.Argument(help="NAME alone is its newest version.", metavar="NAME[:VERSION|@ALIAS]")],
    *,
    form: Annotated[Form, typer.Option("--format", help="What to make of the model.")] = Form.hdf5,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Where to save it, - for stdout; else NAME-VERSION here."),
    ] = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Save a model as its parameter file, as `npz`, as an ONNX graph, or as Python that needs NumPy alone."""
    from app.client_upload import shown_name
    from app.exports import formats

    with connect(server) as client:
        name, version = client.resolve(model)
        exported = formats.export(client.parameters(name, version), form=form)
    if output == Path("-"):
        sys.stdout.buffer.write(exported)
        return
    path = output or Path(_file_name(name, version, form=form))
    write(path, exported)
    told = {"name": name, "version": version, "format": form, "file": shown_name(path), "size": len(exported)}
    print_answer(told, f"{name}:{version} is in {shown_name(path)} ({len(exported)} bytes)", as_json=as_json)


def _file_name(name: str, version: int, *, form: Form) -> str:
    from app.exports.formats import FORMATS

    stem = f"{name}-{version}"
    if form is Form.numpy:  # a name that `import` takes
        stem = re.sub(r"\W|^(?=\d)", "_", stem)
    return stem + FORMATS[form].suffix


def write(path: Path, content: bytes) -> None:
    """Write a file; raises ClientError."""
    from app.client_errors import ClientError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise ClientError(f"cannot write {path}: {error.strerror}") from error
