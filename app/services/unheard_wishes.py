"""Fulfil wishes that the worker of a job does not come to, since what it computes takes long."""

import asyncio

from app.schemas.jobs import Job
from app.storage import jobs
from app.storage.store import Store

SECONDS_OF_PATIENCE = 0.4
"""For so long the worker may take up the wish, and write a checkpoint first."""


async def fulfil_unheard(job: Job, *, store: Store) -> None:
    """Cancel or pause a job that trained when somebody wished for it, unless its worker has done so meanwhile.

    The row says so within a second, and what is still computed is refused.
    """
    if job.status == "running":
        await asyncio.sleep(SECONDS_OF_PATIENCE)
        await asyncio.to_thread(_fulfil, job, store=store)


def _fulfil(job: Job, *, store: Store) -> None:
    with store.tolerating_a_fault("wish", job=job.id), store.database.write() as connection:
        jobs.fulfil(connection, job)
