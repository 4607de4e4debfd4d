"""What the service asks of the engine, the place where jobs are executed."""

from typing import Protocol


class Engine(Protocol):
    """Executes jobs, which are rows of the database; it keeps nothing that the rows do not say."""

    def submit(self, job_id: str, *, resumed: int = 0, priority: int = 0, parts: int = 0) -> None:
        """See to it that some worker executes the job, once however often this is said of the same turn.

        Any worker may execute each of its parts, from 1 to `parts`, and after them one executes the job itself. Where
        jobs wait, those of higher priority go first.
        """

    def workers(self) -> int:
        """Return how many workers there are, at least 1."""

    def ready(self) -> str | None:
        """Return why no job can be executed at present, or None."""

    def close(self) -> None:
        """Stop the workers at once; the jobs that they trained go on when the service starts again."""
