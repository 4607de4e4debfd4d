"""`nncore train`."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli.job_options import (
    CheckpointEvery,
    Dataset,
    Detach,
    Members,
    Priority,
    RecordEvery,
    Webhook,
    WebhookSecret,
    value_of,
    webhook_of,
)
from app.cli.options import AsJson, Server, connect
from app.cli.outcome import see_through
from app.cli.output import Json


def sizes(text: str) -> list[int]:
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
        return {name.strip() if equal else first: value_of(value if equal else name) for name, equal, value in pairs}

    return read


def _class_weight(text: str) -> str | Json:
    """Read "balanced", or weights such as "cat=2,non-cat=1"; raises BadParameter."""
    if text != "balanced" and not all("=" in part for part in text.split(",")):
        message = f"{text!r} is neither balanced nor weights such as cat=2,non-cat=1"
        raise typer.BadParameter(message)
    return text if text == "balanced" else _members("")(text)


def train(
    dataset: Dataset,
    model: Annotated[str, typer.Argument(help="The model that gets a new version.")],
    *,
    hidden_layers: Annotated[
        Any, typer.Option(parser=sizes, metavar="SIZES", help="Units a hidden layer, as 20,7,5.")
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
    members: Members = None,
    init_from: Annotated[
        str | None, typer.Option(metavar="NAME[:VERSION|@ALIAS]", help="Start from its parameters.")
    ] = None,
    max_seconds: Annotated[float | None, typer.Option(help="End with what it has learned after so long.")] = None,
    check_gradients_every: Annotated[
        int | None, typer.Option(help="Every how many epochs gradients are compared with numerical ones.")
    ] = None,
    record_every: RecordEvery = None,
    checkpoint_every: CheckpointEvery = None,
    priority: Priority = None,
    webhook: Webhook = None,
    webhook_secret: WebhookSecret = None,
    detach: Detach = False,
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
            init_from=init_from,
            max_seconds=max_seconds,
            check_gradients_every=check_gradients_every,
            record_every=record_every,
            checkpoint_every=checkpoint_every,
            priority=priority,
            webhook=webhook_of(webhook, webhook_secret),
        )
        see_through(client, job, detach=detach, as_json=as_json)
