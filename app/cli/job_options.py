"""The options of a job, of `train` and `tune` alike, and how their values are written."""

import json
from typing import Annotated, Any

import typer

from app.cli.output import Json

Dataset = Annotated[str, typer.Argument(help="The dataset to train on.")]
Members = Annotated[int | None, typer.Option(help="Networks of consecutive seeds that answer together.")]
RecordEvery = Annotated[int | None, typer.Option(help="Every how many epochs the history gets an entry.")]
CheckpointEvery = Annotated[int | None, typer.Option(help="Every how many epochs a checkpoint is written.")]
Priority = Annotated[int | None, typer.Option(help="Which of the jobs that wait is first: the highest.")]
Webhook = Annotated[str | None, typer.Option(metavar="URL", help="Whom to tell of its end.")]
WebhookSecret = Annotated[str | None, typer.Option(metavar="SECRET", help="What to sign that with: whsec_…")]
Detach = Annotated[bool, typer.Option("--detach", help="Print the job and do not wait for it.")]


def value_of(text: str) -> Any:
    """Read JSON, or a word without its quotes."""
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def webhook_of(url: str | None, secret: str | None) -> Json | None:
    """Return the field `webhook` of a request; raises BadParameter for a secret without a URL."""
    if url is None and secret is not None:
        message = "--webhook-secret goes with --webhook"
        raise typer.BadParameter(message)
    return None if url is None else {"url": url} | ({} if secret is None else {"secret": secret})
