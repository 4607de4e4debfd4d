"""Ctrl-C while a job is watched: it asks what is to become of the job."""

import sys
from typing import TYPE_CHECKING

import typer

from app.cli.output import Json, say

if TYPE_CHECKING:
    from app.client import Client


def leave_or_cancel(client: "Client", job_id: str) -> Json:
    """Cancel the job if a person says so, else leave it to go on; return it as it is then.

    Where nobody can be asked, and on another Ctrl-C, it goes on.
    """
    try:
        if sys.stdin.isatty() and typer.confirm(f"\ncancel the job {job_id}? else it goes on", err=True):
            client.cancel(job_id)
            return list(client.watch(job_id))[-1]
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(err=True)
    say(f"nncore: the job {job_id} goes on; `nncore jobs cancel {job_id}` ends it", err=True)
    return client.job(job_id)
