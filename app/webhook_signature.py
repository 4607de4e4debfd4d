"""Signatures of webhooks, after the specification of Standard Webhooks (https://www.standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
BYTES = range(24, 65)


class InvalidSecretError(Exception):
    """A secret that is not as the specification has it; the message does not hold it."""


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for; raises InvalidSecretError."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or len(key) not in BYTES:
        raise InvalidSecretError(f"{PREFIX} followed by the base64 of {BYTES[0]} to {BYTES[-1]} bytes is right")
    return key


def signed_headers(body: bytes, *, message: str, timestamp: int, secret: str) -> dict[str, str]:
    """Return the headers of a message with this id, sent at this second of Unix time; raises InvalidSecretError."""
    content = f"{message}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), content, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": message, "webhook-timestamp": str(timestamp), "webhook-signature": signature}
