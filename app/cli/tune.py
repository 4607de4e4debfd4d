"""`nncore tune`."""

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
from app.cli.leaderboard import print_leaderboard
from app.cli.options import AsJson, Server, connect
from app.cli.outcome import see_through

RANGES = ("uniform", "log_uniform")


def _pair(text: str) -> tuple[str, str]:
    name, equal, value = text.partition("=")
    if not equal or not name.strip() or not value.strip():
        message = f"{text!r} is no NAME=VALUE"
        raise typer.BadParameter(message)
    return name.strip().replace("-", "_"), value.strip()


def fixed_value(text: str) -> tuple[str, Any]:
    """Read "activation=tanh" or "hidden_layers=[5,5]"; raises BadParameter."""
    name, value = _pair(text)
    return name, value_of(value)


def _searched(text: str) -> tuple[str, Any]:
    """Read choices, as "l2=0|1|10", or a range, as "learning_rate=log_uniform:0.001:0.1"; raises BadParameter."""
    name, value = _pair(text)
    kind, *ends = value.split(":")
    if kind not in RANGES:
        return name, [value_of(choice) for choice in value.split("|")]
    try:
        low, high = map(float, ends)
    except ValueError:
        message = f"{value!r} is no range such as {kind}:0.001:0.1"
        raise typer.BadParameter(message) from None
    return name, {kind: [low, high]}


def _folds(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def tune(
    dataset: Dataset,
    model: Annotated[str, typer.Argument(help="The model that gets the best as its new version.")],
    *,
    search: Annotated[
        list[Any],
        typer.Option(
            parser=_searched, metavar="NAME=VALUES", help="As l2=0|1|10 or learning_rate=log_uniform:0.001:0.1."
        ),
    ] = [],  # noqa: B006, Typer's way to say that an option may be given often
    fixed: Annotated[
        list[Any],
        typer.Option(
            "--set", parser=fixed_value, metavar="NAME=VALUE", help="What all candidates have, as epochs=1000."
        ),
    ] = [],  # noqa: B006
    candidates: Annotated[int | None, typer.Option(help="How many to draw; else all combinations.")] = None,
    folds: Annotated[
        Any, typer.Option(parser=_folds, metavar="NUMBER", help="Parts of the images; or leave-one-out.")
    ] = "5",
    repeats: Annotated[int | None, typer.Option(help="How often the images are dealt out anew.")] = None,
    objective: Annotated[str | None, typer.Option(help="balanced_accuracy, accuracy or cost.")] = None,
    members: Members = None,
    record_every: RecordEvery = None,
    checkpoint_every: CheckpointEvery = None,
    priority: Priority = None,
    webhook: Webhook = None,
    webhook_secret: WebhookSecret = None,
    detach: Detach = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Search hyperparameters by cross-validation, and watch; exits 1 if the job did not succeed."""
    with connect(server) as client:
        job = client.tune(
            dataset,
            model,
            search=dict(search),
            hyperparameters=dict(fixed) or None,
            candidates=candidates,
            folds=folds,
            repeats=repeats,
            objective=objective,
            members=members,
            record_every=record_every,
            checkpoint_every=checkpoint_every,
            priority=priority,
            webhook=webhook_of(webhook, webhook_secret),
        )
        see_through(client, job, detach=detach, as_json=as_json, show_more=print_leaderboard)
