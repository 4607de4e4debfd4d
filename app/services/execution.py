"""What the service asks of the engine, the place where jobs are executed."""

from typing import Protocol


class Engine(Protocol):
    """Executes jobs, which are rows of the database; it keeps nothing that the rows do not say."""

    def submit(self, job_id: str, *, resumed: int = 0, priority: int = 0) -> None:
        """See to it that some worker executes the job, once however often this is said of the same turn.

        Where jobs wait, those of higher priority go first.
        """

    def ready(self) -> str | None:
        """Return why no job can be executed at present, or None."""

    def close(self) -> None:
        """Stop the workers at once; the jobs that they trained go on when the service starts again."""
