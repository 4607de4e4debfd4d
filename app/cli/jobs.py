"""`nncore jobs`, and with it what is done with one job."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.figures import moment, percent, progress, short_id
from app.cli.leaderboard import print_leaderboard
from app.cli.options import AsJson, Server, connect
from app.cli.outcome import see_through
from app.cli.output import Json, print_answer, print_facts, print_json, print_table, tell_deleted

if TYPE_CHECKING:
    from app.client import Client

LENGTH = 32  # of a whole id

application = typer.Typer(help="List the jobs; show, watch, pause, resume, cancel or delete one.")

Status = Annotated[
    str | None, typer.Option(help="Those that are queued, running, paused, succeeded, failed or cancelled.")
]
OfDataset = Annotated[str | None, typer.Option(metavar="NAME", help="Those that train on this dataset.")]
OfModel = Annotated[str | None, typer.Option(metavar="NAME", help="Those that make versions of this model.")]
JobId = Annotated[str, typer.Argument(metavar="ID", help="Its id, or the beginning of it.")]


@application.callback(invoke_without_command=True)
def list_jobs(
    context: typer.Context,
    *,
    status: Status = None,
    dataset: OfDataset = None,
    model: OfModel = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """List the jobs, or those of a status, a dataset or a model; or do something with one."""
    if context.invoked_subcommand is not None:
        return
    with connect(server) as client:
        jobs = list(client.jobs(status=status, dataset=dataset, model=model))
    if as_json:
        print_json(jobs)
        return
    columns = ["id", "status", "dataset", "model", "epoch", "train", "test", "created"]
    print_table(columns, [_row(job) for job in jobs])


@application.command("show")
def show_job(job_id: JobId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Show a job: its hyperparameters, metrics and warnings; of a search, the leaderboard too."""
    with connect(server) as client:
        job = client.job(_whole(client, job_id))
    if as_json:
        print_json(job)
        return
    print_facts({name: value for name, value in job.items() if name != "leaderboard"})
    if job["leaderboard"]:
        print_leaderboard(job)


@application.command("watch")
def watch_job(job_id: JobId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Watch a job to its end, as `train` and `tune` do; exits 1 if it did not succeed."""
    with connect(server) as client:
        job = client.job(_whole(client, job_id))
        see_through(client, job, detach=False, as_json=as_json, show_more=print_leaderboard)


@application.command("history")
def show_history(
    job_id: JobId,
    *,
    points: Annotated[int | None, typer.Option(help="How many epochs at most.")] = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Print what was recorded of each epoch."""
    with connect(server) as client:
        history = client.history(_whole(client, job_id), max_points=points)
    if as_json:
        print_json(history)
    else:
        print_table(list(history), zip(*history.values(), strict=True))


@application.command("delete")
def delete_job(job_id: JobId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Delete a job that has ended; its model stays."""
    with connect(server) as client:
        whole = _whole(client, job_id)
        client.delete_job(whole)
    tell_deleted(whole, as_json=as_json)


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
    print_answer(job, job["status"], as_json=as_json)


def _row(job: Json) -> tuple[object, ...]:
    metrics = job["metrics"] or {}
    accuracies = [percent((metrics.get(split) or {}).get("accuracy")) for split in ("train", "test")]
    epoch = progress(job["progress"]["epoch"], job["progress"]["epochs"])
    created_at = moment(job["created_at"])
    return (short_id(job["id"]), job["status"], job["dataset"], job["model"]["name"], epoch, *accuracies, created_at)
