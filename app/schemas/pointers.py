"""Where each field of a request stands."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from app.schemas.request import Request


def pointers_of(kind: type[Request]) -> Mapping[str, str]:
    """Return the pointer of every field that a body of this kind may have, by its name."""
    pointers: dict[str, str] = {}
    for name, field in kind.model_fields.items():
        for inner in _bodies_in(field.annotation):
            pointers |= {deeper: f"/{name}{pointer}" for deeper, pointer in pointers_of(inner).items()}
    return pointers | {name: f"/{name}" for name in kind.model_fields}


def _bodies_in(annotation: Any) -> Iterator[type[Request]]:
    """Yield the bodies that a field may hold, as the object in `Schedule | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Request):
        yield annotation
    for part in get_args(annotation):
        yield from _bodies_in(part)
