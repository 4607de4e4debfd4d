"""The process in which a job is executed, as it was last seen: what is told of it when it dies."""

from collections.abc import Callable
from dataclasses import dataclass

from app.schemas.fields import Json


@dataclass(frozen=True)
class WorkerProcess:
    """A worker process of the engine."""

    address: str
    """What the engine knows it by."""
    memory_limit: int | None
    """How many bytes it may use before it is stopped; None where there is no limit."""
    resident: Callable[[], int]
    """How many bytes it has in memory now."""

    def seen(self) -> Json:
        """Return what it is and how it is now."""
        return {"address": self.address, "memory_limit": self.memory_limit, "resident": self.resident()}
