"""Keys and their scopes."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from app.schemas.fields import Name
from app.schemas.request import Request

Scope = Literal["predict", "train", "admin"]


class KeyRequest(Request):
    """What a new key is called, and what it is to allow."""

    name: Name
    scope: Scope


class Key(BaseModel):
    """A key, without its secret."""

    id: str
    name: str
    scope: Scope
    created_at: datetime


class NewKey(Key):
    """A key that was just made, with what its bearer has to send."""

    key: str
