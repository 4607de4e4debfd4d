"""What the client cannot do, as one tree, and what is made of answers that are refusals."""

from collections.abc import Iterable
from typing import Any

import httpx

Json = dict[str, Any]


class ClientError(Exception):
    """What the client cannot do; the message is one line for a person."""


class Unreachable(ClientError):
    """Nothing answers at the address, or it stopped answering."""

    @classmethod
    def because(cls, error: Exception, *, server: str) -> "Unreachable":
        """Return the error that another one of a connection means."""
        reason = str(error) or type(error).__name__
        remedy = "start a service with `nncore serve`, or name another with --server"
        return cls(f"no answer from {server} ({reason}); {remedy}")


class Refused(ClientError):
    """The service answered with a problem; `errors` names each field that is not right.

    `retry_after` is in how many seconds it may answer otherwise, where it says so.
    """

    def __init__(
        self, *, status: int, code: str, detail: str, errors: Iterable[Json] = (), retry_after: float | None = None
    ) -> None:
        self.status, self.code, self.detail, self.errors = status, code, detail, list(errors)
        self.retry_after = retry_after
        untold = [field for field in self.errors if field["detail"] not in detail]
        fields = "".join(f"; {field['pointer']}: {field['detail']}" for field in untold)
        super().__init__(f"{detail}{fields} ({code})")


def refused(response: httpx.Response) -> Refused:
    """Return what an answer with a problem in it means, or one that is none of nncore."""
    seconds = response.headers.get("Retry-After", "")
    try:
        return refusal(response.json(), retry_after=float(seconds) if seconds.isdigit() else None)
    except (ValueError, KeyError, TypeError):
        return stranger(response)


def refusal(told: Json, *, retry_after: float | None = None) -> Refused:
    """Return what a problem, as the service tells it, means."""
    status, code, detail = (told[name] for name in ("status", "code", "detail"))
    return Refused(status=status, code=code, detail=detail, errors=told.get("errors") or (), retry_after=retry_after)


def stranger(response: httpx.Response) -> Refused:
    """Return what an answer means that no service of nncore gives."""
    detail = f"{response.url} answered {response.status_code} {response.reason_phrase}, which is no answer of nncore"
    return Refused(status=response.status_code, code="not-nncore", detail=detail)
