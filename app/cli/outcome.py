"""A job from its beginning to what came of it, for `train` and `tune`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from app.cli.figures import percent
from app.cli.interrupt import leave_or_cancel
from app.cli.output import Json, print_answer, print_json, say
from app.cli.progress import watch

if TYPE_CHECKING:
    from app.client import Client


SPLITS = {"train": "training"}  # as a person says it


def see_through(
    client: "Client",
    job: Json,
    *,
    detach: bool,
    as_json: bool,
    show_more: Callable[[Json], None] = lambda _: None,
) -> None:
    """Show a job until it ends, and then what came of it; detached, print its id at once.

    Ctrl-C asks what is to become of it. Exits 1 if the job did not succeed.
    """
    if detach:
        print_answer(job, job["id"], as_json=as_json)
        return
    job = _wait(client, job, as_json=as_json)
    if as_json:
        print_json(job)
    elif job["finished_at"] is not None:
        _tell(job)
        show_more(job)
    if job["status"] in ("failed", "cancelled"):
        raise typer.Exit(1)


def _wait(client: "Client", job: Json, *, as_json: bool) -> Json:
    try:
        return list(client.watch(job["id"]))[-1] if as_json else watch(client, job["id"])
    except KeyboardInterrupt:
        return leave_or_cancel(client, job["id"])


def _tell(job: Json) -> None:
    for warning in job["warnings"]:
        say(f"nncore: {warning['detail']} ({warning['code']})", err=True)
    say(_outcome(job), err=job["status"] != "succeeded")


def _outcome(job: Json) -> str:
    if job["error"]:
        return f"nncore: the job {job['id']} failed: {job['error']['detail']} ({job['error']['code']})"
    if job["status"] != "succeeded":
        return f"nncore: the job {job['id']} was {job['status']}"
    accuracies = [
        f"{percent(metrics['accuracy'])} of the {SPLITS.get(split, split)} images right"
        for split, metrics in job["metrics"].items()
        if metrics
    ]
    return f"{job['model']['name']}:{job['model']['version']}: {', '.join(accuracies)}"
