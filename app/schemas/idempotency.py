"""Requests that may be sent again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestKey:
    """What a request that may be sent again is known by."""

    operation: str
    key: str
    request: str
    """The SHA-256 of what is asked for."""
