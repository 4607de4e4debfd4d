"""Statements about how long checkpoints took to write: workers count, and whichever process is asked tells."""

from sqlalchemy import insert as insert_into
from sqlalchemy import select, update

from app.storage.database import Connection
from app.storage.tables import checkpoint_durations as durations

BOUNDS = ("0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "60.0", "+Inf")
"""In seconds, as Prometheus writes them."""


def note(connection: Connection, seconds: float) -> None:
    """Count a checkpoint that took so long."""
    bound = next(bound for bound in BOUNDS if seconds <= float(bound))
    counted = {"checkpoints": durations.c.checkpoints + 1, "seconds": durations.c.seconds + seconds}
    if connection.execute(update(durations).where(durations.c.bound == bound).values(counted)).rowcount == 0:
        connection.execute(insert_into(durations).values(bound=bound, checkpoints=1, seconds=seconds))


def histogram(connection: Connection) -> tuple[list[tuple[str, float]], float]:
    """Return with each bound how many took no longer, and the seconds of all together."""
    rows = {row.bound: row for row in connection.execute(select(durations))}
    so_far, buckets = 0, []
    for bound in BOUNDS:
        so_far += rows[bound].checkpoints if bound in rows else 0
        buckets.append((bound, float(so_far)))
    return buckets, sum(row.seconds for row in rows.values())
