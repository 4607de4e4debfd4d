"""Webhooks: whom to tell of a job's end."""

from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from app.schemas.request import Request


class Webhook(Request):
    """Whom to tell of a job's end."""

    url: Annotated[str, Field(max_length=2000)]
    """Where to post to: a host that the setting NNCORE_WEBHOOK_HOSTS lists."""
    secret: Annotated[SecretStr, Field(max_length=100)] | None = None
    """What to sign with: whsec_ and the base64 of 24 to 64 bytes; none is that of the setting NNCORE_WEBHOOK_SECRET."""


class JobWebhook(BaseModel):
    """Whom a job's end is told: the URL without its query, which may hold a secret."""

    url: str
