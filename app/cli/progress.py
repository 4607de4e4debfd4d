"""A job as it goes on: a bar in a terminal, a line now and then in a pipe."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from app.cli.figures import time_left
from app.cli.output import Json, is_terminal

if TYPE_CHECKING:
    from app.client import Client

LINES = 10  # how many a job prints in a pipe


def watch(client: "Client", job_id: str) -> Json:
    """Show a job until it ends, and return it in its final state."""
    return _bar(client, job_id) if is_terminal() else _lines(client, job_id)


def _bar(client: "Client", job_id: str) -> Json:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    layout = (
        TextColumn("{task.fields[status]:<9}"),
        BarColumn(),
        TextColumn("epoch {task.completed:.0f} of {task.total:.0f}"),
        TextColumn("{task.fields[cost]}"),
        TextColumn("{task.fields[left]}"),
    )
    narrower = Console(width=Console().width - 2)  # room for the terminal's ^C, which would break the line
    with Progress(*layout, console=narrower) as progress:
        bar = progress.add_task("", status="", cost="", left="")

        def show(job: Json, cost: float | None) -> None:
            progress.update(
                bar,
                total=job["progress"]["epochs"],
                completed=job["progress"]["epoch"],
                status=job["status"],
                cost="" if cost is None else f"cost {cost:.4f}",
                left="" if job["finished_at"] else time_left(job["progress"]["seconds_left"]),
            )

        return _follow(client, job_id, show)


def _lines(client: "Client", job_id: str) -> Json:
    last = ("", 0)

    def show(job: Json, cost: float | None) -> None:
        nonlocal last
        epoch, epochs = job["progress"]["epoch"], job["progress"]["epochs"]
        now = (job["status"], epoch * LINES // epochs)
        if now != last:
            told = "" if cost is None else f", cost {cost:.4f}"
            typer.echo(f"{job['status']}: epoch {epoch} of {epochs}{told}")
        last = now

    return _follow(client, job_id, show)


def _follow(client: "Client", job_id: str, show: Callable[[Json, float | None], None]) -> Json:
    job: Json = {}
    for job in client.watch(job_id):
        costs = client.history(job_id, max_points=2)["cost"]
        show(job, costs[-1] if costs else None)
    return job
