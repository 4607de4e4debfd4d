"""`nncore tune`."""

import json
from typing import Annotated, Any

import typer

from app.cli.options import AsJson, Server, connect
from app.cli.output import Json, percent, print_json, print_table
from app.cli.train import wait

RANGES = ("uniform", "log_uniform")


def _pair(text: str) -> tuple[str, str]:
    name, equal, value = text.partition("=")
    if not equal or not name.strip() or not value.strip():
        message = f"{text!r} is no NAME=VALUE"
        raise typer.BadParameter(message)
    return name.strip().replace("-", "_"), value.strip()


def _fixed(text: str) -> tuple[str, Any]:
    """Read "activation=tanh" or "hidden_layers=[5,5]"; raises BadParameter."""
    name, value = _pair(text)
    return name, _value(value)


def _searched(text: str) -> tuple[str, Any]:
    """Read choices, as "l2=0|1|10", or a range, as "learning_rate=log_uniform:0.001:0.1"; raises BadParameter."""
    name, value = _pair(text)
    kind, *ends = value.split(":")
    if kind not in RANGES:
        return name, [_value(choice) for choice in value.split("|")]
    try:
        low, high = map(float, ends)
    except ValueError:
        message = f"{value!r} is no range such as {kind}:0.001:0.1"
        raise typer.BadParameter(message) from None
    return name, {kind: [low, high]}


def _folds(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def tune(
    dataset: Annotated[str, typer.Argument(help="The dataset to train on.")],
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
        typer.Option("--set", parser=_fixed, metavar="NAME=VALUE", help="What all candidates have, as epochs=1000."),
    ] = [],  # noqa: B006
    candidates: Annotated[int | None, typer.Option(help="How many to draw; else all combinations.")] = None,
    folds: Annotated[
        Any, typer.Option(parser=_folds, metavar="NUMBER", help="Parts of the images; or leave-one-out.")
    ] = "5",
    repeats: Annotated[int | None, typer.Option(help="How often the images are dealt out anew.")] = None,
    objective: Annotated[str | None, typer.Option(help="balanced_accuracy, accuracy or cost.")] = None,
    members: Annotated[int | None, typer.Option(help="Networks that make up the final model.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Print the job and do not wait for it.")] = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Search hyperparameters by cross-validation, and watch; exits 1 if the job did not succeed."""
    given = {"candidates": candidates, "repeats": repeats, "objective": objective, "members": members}
    with connect(server) as client:
        job = client.tune(
            dataset,
            model,
            search=dict(search),
            folds=folds,
            hyperparameters=dict(fixed) or None,
            **given,
        )
        if not detach:
            job = wait(client, job, as_json=as_json)
    if as_json:
        print_json(job)
    elif detach:
        typer.echo(job["id"])
    else:
        _print_leaderboard(job)
    if job["status"] in ("failed", "cancelled"):
        raise typer.Exit(1)


def _print_leaderboard(job: Json) -> None:
    rows = job["leaderboard"] or []
    names = list(rows[0]["hyperparameters"]) if rows else []
    columns = ["rank", *names, "balanced accuracy", "accuracy", "cost"]
    print_table(columns, [_row(row, names) for row in rows])


def _row(row: Json, names: list[str]) -> list[object]:
    values = [_short(row["hyperparameters"][name]) for name in names]
    if row["cost"] is None:
        return [row["rank"], *values, row["status"], "", ""]
    shares = [
        f"{percent(row[name])} ± {percent(row[name + '_deviation'])}" for name in ("balanced_accuracy", "accuracy")
    ]
    deviation = row["cost_deviation"]
    cost = f"{row['cost']:.4f}" + ("" if deviation is None else f" ± {deviation:.4f}")
    return [row["rank"], *values, *shares, cost]


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
