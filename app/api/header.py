"""A header of a request, as its bytes came."""

from starlette.types import Scope


def header(scope: Scope, name: bytes) -> bytes:
    """Return the value of a header, of several with its name the first one; empty where there is none."""
    value: bytes = dict(reversed(scope["headers"])).get(name, b"")
    return value
