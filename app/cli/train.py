"""`nncore train`."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.interrupt import leave_or_cancel
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


def _members(first: str) -> Callable[[str], Json]:
    """Return what reads "cosine,factor=0.1" as an object; a word without a name is the member `first`."""

    def read(text: str) -> Json:
        pairs = [part.partition("=") for part in text.split(",")]
        return {name.strip() if equal else first: _value(value if equal else name) for name, equal, value in pairs}

    return read


def _class_weight(text: str) -> str | Json:
    """Read "balanced", or weights such as "cat=2,non-cat=1"; raises BadParameter."""
    if text != "balanced" and not all("=" in part for part in text.split(",")):
        message = f"{text!r} is neither balanced nor weights such as cat=2,non-cat=1"
        raise typer.BadParameter(message)
    return text if text == "balanced" else _members("")(text)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def train(
    dataset: Annotated[str, typer.Argument(help="The dataset to train on.")],
    model: Annotated[str, typer.Argument(help="The model that gets a new version.")],
    *,
    hidden_layers: Annotated[
        Any, typer.Option(parser=_sizes, metavar="SIZES", help="Units a hidden layer, as 20,7,5.")
    ] = None,
    activation: Annotated[str | None, typer.Option(help="relu, leaky_relu, tanh or sigmoid.")] = None,
    initializer: Annotated[str | None, typer.Option(help="small_random, zeros, large_random, he or xavier.")] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="gradient_descent, momentum, nesterov, rmsprop or adam.")
    ] = None,
    learning_rate: Annotated[float | None, typer.Option(help="How far a step goes.")] = None,
    epochs: Annotated[int | None, typer.Option(help="How often all images are seen.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step; else all of them.")] = None,
    momentum: Annotated[float | None, typer.Option(help="The share of a step that goes on in the next.")] = None,
    beta1: Annotated[float | None, typer.Option(help="Adam's memory of gradients.")] = None,
    beta2: Annotated[float | None, typer.Option(help="Adam's and RMSprop's memory of squares.")] = None,
    epsilon: Annotated[float | None, typer.Option(help="What Adam and RMSprop add to a root.")] = None,
    schedule: Annotated[
        Any, typer.Option(parser=_members("kind"), metavar="KIND,…", help="The rate's course: cosine,factor=0.1.")
    ] = None,
    clip_norm: Annotated[float | None, typer.Option(help="The largest norm of a gradient.")] = None,
    l2: Annotated[float | None, typer.Option(help="The strength of weight decay.")] = None,
    dropout: Annotated[float | None, typer.Option(help="The share of hidden units left out in a step.")] = None,
    input_dropout: Annotated[float | None, typer.Option(help="The share of pixels left out in a step.")] = None,
    class_weight: Annotated[
        Any, typer.Option(parser=_class_weight, metavar="WEIGHTS", help="balanced, or as cat=2,non-cat=1.")
    ] = None,
    normalization: Annotated[str | None, typer.Option(help="scale, standardize or none.")] = None,
    validation_fraction: Annotated[float | None, typer.Option(help="The share of images to validate on.")] = None,
    early_stopping: Annotated[
        Any, typer.Option(parser=_members("monitor"), metavar="MONITOR,…", help="As validation_cost,patience=20.")
    ] = None,
    first_layer: Annotated[str | None, typer.Option(help="auto, sample_space or weight_space.")] = None,
    dtype: Annotated[str | None, typer.Option(help="float64 or float32.")] = None,
    seed: Annotated[int | None, typer.Option(help="What all randomness comes from.")] = None,
    priority: Annotated[int | None, typer.Option(help="Which of the jobs that wait is first: the highest.")] = None,
    max_seconds: Annotated[float | None, typer.Option(help="End with what it has learned after so long.")] = None,
    init_from: Annotated[str | None, typer.Option(metavar="NAME:VERSION", help="Start from its parameters.")] = None,
    members: Annotated[int | None, typer.Option(help="Networks of consecutive seeds that answer together.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Print the job and do not wait for it.")] = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Train a model on a dataset, and watch; exits 1 if the job did not succeed."""
    hyperparameters = {
        "hidden_layers": hidden_layers,
        "activation": activation,
        "initializer": initializer,
        "optimizer": optimizer,
        "learning_rate": learning_rate,
        "epochs": epochs,
        "batch_size": batch_size,
        "momentum": momentum,
        "beta1": beta1,
        "beta2": beta2,
        "epsilon": epsilon,
        "schedule": schedule,
        "clip_norm": clip_norm,
        "l2": l2,
        "dropout": dropout,
        "input_dropout": input_dropout,
        "class_weight": class_weight,
        "normalization": normalization,
        "validation_fraction": validation_fraction,
        "early_stopping": early_stopping,
        "first_layer": first_layer,
        "dtype": dtype,
        "seed": seed,
    }
    given = {name: value for name, value in hyperparameters.items() if value is not None}
    with connect(server) as client:
        job = client.train(
            dataset,
            model,
            hyperparameters=given or None,
            members=members,
            priority=priority,
            max_seconds=max_seconds,
            init_from=init_from,
        )
        if not detach:
            job = wait(client, job, as_json=as_json)
    if as_json:
        print_json(job)
    elif detach:
        typer.echo(job["id"])
    if job["status"] in ("failed", "cancelled"):
        raise typer.Exit(1)


def wait(client: "Client", job: Json, *, as_json: bool) -> Json:
    """Show a job until it ends, or until Ctrl-C and what a person says then, and return it."""
    try:
        job = list(client.watch(job["id"]))[-1] if as_json else watch(client, job["id"])
    except KeyboardInterrupt:
        job = leave_or_cancel(client, job["id"])
    if as_json or job["finished_at"] is None:
        return job
    for warning in job["warnings"]:
        typer.echo(f"nncore: {warning['detail']} ({warning['code']})", err=True)
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
