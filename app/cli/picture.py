"""`nncore picture`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.export import write
from app.cli.options import AsJson, Server, connect
from app.cli.output import print_answer


def picture(
    address: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="/jobs/ID/cost.svg, /models/NAME/versions/1/weights.png or confusion.png, /datasets/NAME/sheet.png, "
            "/activations.png; what may follow a ? stands in docs/http-api.md.",
        ),
    ],
    *,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Else its name, here.")] = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Save a picture of a job, a model or a dataset."""
    with connect(server) as client:
        drawn = client.picture(address)
    path = output or Path(address.partition("?")[0]).name
    write(Path(path), drawn)
    told = {"file": str(path), "size": len(drawn)}
    print_answer(told, f"{address} is in {path} ({len(drawn)} bytes)", as_json=as_json)
