"""`nncore train`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import AsJson, Server, connect
from app.cli.output import Json, percent, print_json
from app.cli.progress import watch

if TYPE_CHECKING:
    from app.client import Client


def _sizes(text: str) -> list[int]:
    """Read sizes such as "20,7,5"; an empty text is no hidden layer. Raises BadParameter."""
    try:
        return [int(size) for size in text.split(",") if size.strip()]
    except ValueError:
        message = f"{text!r} is no list of sizes such as 20,7,5"
        raise typer.BadParameter(message) from None


def train(
    dataset: Annotated[str, typer.Argument(help="The dataset to train on.")],
    model: Annotated[str, typer.Argument(help="The model that gets a new version.")],
    *,
    hidden_layers: Annotated[
        Any, typer.Option(parser=_sizes, metavar="SIZES", help="Units a hidden layer, as 20,7,5.")
    ] = None,
    activation: Annotated[str | None, typer.Option(help="relu, leaky_relu, tanh or sigmoid.")] = None,
    initializer: Annotated[str | None, typer.Option(help="small_random, zeros, large_random, he or xavier.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="How far a step goes.")] = None,
    epochs: Annotated[int | None, typer.Option(help="How often all images are seen.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step; else all of them.")] = None,
    dtype: Annotated[str | None, typer.Option(help="float64 or float32.")] = None,
    seed: Annotated[int | None, typer.Option(help="What all randomness comes from.")] = None,
    priority: Annotated[int | None, typer.Option(help="Which of the jobs that wait is first: the highest.")] = None,
    max_seconds: Annotated[float | None, typer.Option(help="End with what it has learned after so long.")] = None,
    init_from: Annotated[str | None, typer.Option(metavar="NAME:VERSION", help="Start from its parameters.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Print the job and do not wait for it.")] = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Train a model on a dataset, and watch; exits 1 if the job did not succeed."""
    hyperparameters = {
        "hidden_layers": hidden_layers,
        "activation": activation,
        "initializer": initializer,
        "learning_rate": learning_rate,
        "epochs": epochs,
        "batch_size": batch_size,
        "dtype": dtype,
        "seed": seed,
    }
    given = {name: value for name, value in hyperparameters.items() if value is not None}
    with connect(server) as client:
        job = client.train(
            dataset, model, hyperparameters=given, priority=priority, max_seconds=max_seconds, init_from=init_from
        )
        if not detach:
            job = _wait(client, job, as_json=as_json)
    if as_json:
        print_json(job)
    elif detach:
        typer.echo(job["id"])
    if job["status"] in ("failed", "cancelled"):
        raise typer.Exit(1)


def _wait(client: "Client", job: Json, *, as_json: bool) -> Json:
    if as_json:
        return list(client.watch(job["id"]))[-1]
    job = watch(client, job["id"])
    typer.echo(_outcome(job), err=job["status"] != "succeeded")
    return job


def _outcome(job: Json) -> str:
    if job["error"]:
        return f"nncore: the job {job['id']} failed: {job['error']['detail']} ({job['error']['code']})"
    if job["status"] != "succeeded":
        return f"nncore: the job {job['id']} was {job['status']}"
    accuracies = [
        f"{percent(metrics['accuracy'])} of the {split} images right"
        for split, metrics in job["metrics"].items()
        if metrics
    ]
    return f"{job['model']['name']}:{job['model']['version']}: {', '.join(accuracies)}"
