"""Requests that may be sent again, with the header Idempotency-Key: what they ask for is made once."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Header
from pydantic import BaseModel, SecretStr

from app.schemas.idempotency import RequestKey

KeyHeader = Annotated[
    str | None,
    Header(pattern=r"^[\x21-\x7e]{1,255}$", description="A word of your own; the same request with it is done once."),
]


async def _keyed(idempotency_key: KeyHeader = None) -> Callable[..., RequestKey | None]:
    def keyed(operation: str, *parts: BaseModel | str | Path | None) -> RequestKey | None:
        return None if idempotency_key is None else RequestKey(operation, idempotency_key, _digest(*parts))

    return keyed


Keyed = Annotated[Callable[..., RequestKey | None], Depends(_keyed)]
"""A function from an operation and all that is asked for, models, texts or files, to the key of the request."""


def _digest(*parts: BaseModel | str | Path | None) -> str:
    return hashlib.sha256(b"".join(map(_part, parts))).hexdigest()


def _part(part: BaseModel | str | Path | None) -> bytes:
    if isinstance(part, Path):
        with part.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    text = json.dumps(part.model_dump(), default=_revealed) if isinstance(part, BaseModel) else part or ""
    return hashlib.sha256(text.encode()).digest()


def _revealed(secret: SecretStr) -> str:
    """Return what a dump hides: requests of different secrets are different, and of what is hashed nobody reads it."""
    return secret.get_secret_value()
