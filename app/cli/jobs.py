"""`nncore jobs`, and with it `pause`, `resume` and `cancel`."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.figures import moment, percent, progress, short_id
from app.cli.options import AsJson, Server, connect
from app.cli.output import Json, print_json, print_table

if TYPE_CHECKING:
    from app.client import Client

LENGTH = 32  # of a whole id

application = typer.Typer(help="List the jobs; pause, resume or cancel one.")

Filter = Annotated[str | None, typer.Option()]
JobId = Annotated[str, typer.Argument(metavar="ID", help="Its id, or the beginning of it.")]


@application.callback(invoke_without_command=True)
def list_jobs(
    context: typer.Context,
    *,
    status: Filter = None,
    dataset: Filter = None,
    model: Filter = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """List the jobs, or those of a status, a dataset or a model; or pause, resume or cancel one."""
    if context.invoked_subcommand is not None:
        return
    with connect(server) as client:
        jobs = list(client.jobs(status=status, dataset=dataset, model=model))
    if as_json:
        print_json(jobs)
        return
    columns = ["id", "status", "dataset", "model", "epoch", "train", "test", "created"]
    print_table(columns, [_row(job) for job in jobs])


@application.command("pause")
def pause_job(job_id: JobId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Let a job wait, and its worker train another, until it is resumed."""
    with connect(server) as client:
        _print(client.pause(_whole(client, job_id)), as_json=as_json)


@application.command("resume")
def resume_job(job_id: JobId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Let a paused job go on where it was."""
    with connect(server) as client:
        _print(client.resume(_whole(client, job_id)), as_json=as_json)


@application.command("cancel")
def cancel_job(
    job_id: JobId,
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Make a version of what it has learned so far.")] = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """End a job before its time."""
    with connect(server) as client:
        _print(client.cancel(_whole(client, job_id), keep=keep), as_json=as_json)


def _whole(client: "Client", beginning: str) -> str:
    """Return the id of the one job whose id begins so; where there is none or several, what was given."""
    if len(beginning) >= LENGTH:
        return beginning
    found = [job["id"] for job in client.jobs() if job["id"].startswith(beginning)]
    return found[0] if len(found) == 1 else beginning


def _print(job: Json, *, as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        typer.echo(job["status"])


def _row(job: Json) -> tuple[object, ...]:
    metrics = job["metrics"] or {}
    accuracies = [percent((metrics.get(split) or {}).get("accuracy")) for split in ("train", "test")]
    epoch = progress(job["progress"]["epoch"], job["progress"]["epochs"])
    created_at = moment(job["created_at"])
    return (short_id(job["id"]), job["status"], job["dataset"], job["model"]["name"], epoch, *accuracies, created_at)
