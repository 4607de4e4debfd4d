"""Statements about the leaderboards of searches."""

from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy import select

from app.schemas.tuning import Leaderboard
from app.storage.database import Connection
from app.storage.tables import leaderboards


def put(connection: Connection, job_id: str, *, leaderboard: Leaderboard) -> None:
    """Put a job's leaderboard in the place of the one before."""
    connection.execute(delete_from(leaderboards).where(leaderboards.c.job_id == job_id))
    content = leaderboard.model_dump(mode="json")
    connection.execute(insert_into(leaderboards).values(job_id=job_id, content=content))


def get(connection: Connection, job_id: str) -> Leaderboard:
    """Return a job's leaderboard; it has no candidates as long as none has begun."""
    content = connection.scalar(select(leaderboards.c.content).where(leaderboards.c.job_id == job_id))
    return Leaderboard(candidates=[]) if content is None else Leaderboard(**content)
