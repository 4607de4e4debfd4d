"""`nncore jobs`."""

from typing import Annotated

import typer

from app.cli.options import AsJson, Server, connect
from app.cli.output import Json, percent, print_json, print_table

Filter = Annotated[str | None, typer.Option()]


def list_jobs(
    *,
    status: Filter = None,
    dataset: Filter = None,
    model: Filter = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """List the jobs, or those of a status, a dataset or a model."""
    with connect(server) as client:
        jobs = list(client.jobs(status=status, dataset=dataset, model=model))
    if as_json:
        print_json(jobs)
        return
    columns = ["id", "status", "dataset", "model", "epoch", "train", "test", "created at"]
    print_table(columns, [_row(job) for job in jobs])


def _row(job: Json) -> tuple[object, ...]:
    metrics = job["metrics"] or {}
    accuracies = [percent((metrics.get(split) or {}).get("accuracy")) for split in ("train", "test")]
    epoch = f"{job['progress']['epoch']}/{job['progress']['epochs']}"
    return (job["id"], job["status"], job["dataset"], job["model"]["name"], epoch, *accuracies, job["created_at"])
