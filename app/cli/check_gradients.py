"""`nncore check-gradients`."""

from typing import Annotated, Any

import typer

from app.cli.options import AsJson, ModelReference, Server, connect
from app.cli.output import print_facts, print_json
from app.cli.train import sizes
from app.cli.tune import fixed_value


def check_gradients(
    *,
    layer_sizes: Annotated[
        Any, typer.Option(parser=sizes, metavar="SIZES", help="A new network, on random images; 20,5,5,1 if left out.")
    ] = None,
    dataset: Annotated[str | None, typer.Option(help="A new network, on images of this dataset.")] = None,
    model: ModelReference = None,
    settings: Annotated[
        list[Any],
        typer.Option("--set", parser=fixed_value, metavar="NAME=VALUE", help="As activation=relu."),
    ] = [],  # noqa: B006, Typer's way to say that an option may be given often
    images: Annotated[int | None, typer.Option(help="How many images at most.")] = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Compare the gradients of a network with numerical ones."""
    if layer_sizes is None and dataset is None and model is None:
        layer_sizes = [20, 5, 5, 1]
    described = {"layer_sizes": layer_sizes, "dataset": dataset, "model": model, "images": images}
    given = {name: value for name, value in described.items() if value is not None}
    with connect(server) as client:
        answer = client.check_gradients(**given, **({"hyperparameters": dict(settings)} if settings else {}))
    if as_json:
        print_json(answer)
    else:
        print_facts(answer)
