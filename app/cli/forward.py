"""`nncore forward`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import AsJson, ModelReference, Server, connect, refuse_folders
from app.cli.output import Json, print_json, print_table

COLUMNS = ["layer", "way", "array", "shape", "smallest", "largest"]


def forward(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A picture.")],
    *,
    model: ModelReference = None,
    truth: Annotated[str | None, typer.Option(metavar="CLASS", help="What it is; else what is predicted.")] = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Follow a picture through a network and back, layer by layer."""
    refuse_folders([image], right="name one picture")
    with connect(server) as client:
        answer = client.forward(image, model=model, truth=truth)
    if as_json:
        print_json(answer)
        return
    typer.echo(f"{answer['label']}, cost {answer['cost']:.4f} where the truth is {answer['truth']}")
    there = [_row(layer, "forward", array) for layer in answer["layers"] for array in layer["forward"]]
    back = [_row(layer, "back", array) for layer in reversed(answer["layers"]) for array in layer["backward"]]
    print_table(COLUMNS, there + back)


def _row(layer: Json, way: str, array: Json) -> tuple[object, ...]:
    shape = " x ".join(map(str, array["shape"]))
    return (layer["layer"], way, array["name"], shape, f"{array['smallest']:.4g}", f"{array['largest']:.4g}")
