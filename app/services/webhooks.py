"""Send the webhooks of jobs that have ended, until each has arrived or was tried for a day."""

import asyncio
import random
import time
from datetime import datetime, timedelta

import httpx
import structlog

from app.errors import FieldProblem, InvalidRequest
from app.schemas.clock import now
from app.schemas.webhooks import Webhook
from app.settings import Settings
from app.storage import webhooks
from app.storage.store import Store
from app.storage.webhooks import Delivery
from app.webhook_address import AddressRefusedError, check_url, resolve
from app.webhook_signature import InvalidSecretError, key_of, signed_headers

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_OF_A_TRY = 10.0
"""Less than the lease of a message: whoever sends it has it."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=4)
MOST_TRIES = 17
"""With pauses that double, about 22 hours."""


def check_webhook(webhook: Webhook | None, *, settings: Settings) -> None:
    """Raise InvalidRequest for a webhook that could not be sent, or that must not be."""
    if webhook is None:
        return
    try:
        check_url(webhook.url, hosts=settings.allowed_webhook_hosts)
    except AddressRefusedError as error:
        raise _invalid("/webhook/url", str(error)) from error
    secret = settings.webhook_secret if webhook.secret is None else webhook.secret
    if secret is None:
        detail = "no secret is given, and the setting NNCORE_WEBHOOK_SECRET has none to sign with"
        raise _invalid("/webhook/secret", detail)
    try:
        key_of(secret.get_secret_value())
    except InvalidSecretError as error:
        where = "" if webhook.secret else "the setting NNCORE_WEBHOOK_SECRET is not right: "
        raise _invalid("/webhook/secret", f"{where}{error}") from error


async def deliver_forever(store: Store, settings: Settings) -> None:
    """Send what is due, one message after the other, until cancelled; a fault of the database is waited out."""
    while True:
        try:
            sent = await deliver_next(store, settings, at=now())
        except Exception as error:  # noqa: BLE001, whatever it is, the next message has to be sent
            structlog.get_logger().error("webhooks rest", error=type(error).__name__)
            sent = False
        if not sent:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


async def deliver_next(store: Store, settings: Settings, *, at: datetime) -> bool:
    """Try to send one message that is due at a time; return whether there was one."""
    delivery = await asyncio.to_thread(_take, store, at=at)
    if delivery is None:
        return False
    fault = await _send(delivery, settings=settings)
    if fault is not None:
        log = structlog.get_logger().bind(job=delivery.job_id, request=delivery.request)
        log.warning("webhook failed", attempt=delivery.attempt, fault=fault)
    await asyncio.to_thread(_record, delivery, fault, store=store, at=at)
    return True


def pause_after(attempt: int) -> timedelta:
    """Return how long to wait after so many tries: doubled each time, and spread so that not all come at once."""
    pause = min(FIRST_PAUSE * 2.0 ** (attempt - 1), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311, no secret


def _take(store: Store, *, at: datetime) -> Delivery | None:
    with store.database.read() as connection:
        message = webhooks.next_due(connection, at=at)
    if message is None:
        return None
    with store.database.write() as connection:
        return webhooks.take(connection, message, at=at)


def _record(delivery: Delivery, fault: str | None, *, store: Store, at: datetime) -> None:
    with store.database.write() as connection:
        if fault is None:
            webhooks.end(connection, delivery)
        elif delivery.attempt < MOST_TRIES:
            webhooks.postpone(connection, delivery, due_at=at + pause_after(delivery.attempt))
        else:
            detail = f"the webhook did not arrive in {delivery.attempt} tries; the last one: {fault}"
            webhooks.give_up(connection, delivery, detail=detail)


async def _send(delivery: Delivery, *, settings: Settings) -> str | None:
    """Return why a message did not arrive, in words that hold nothing secret, or None."""
    try:
        async with asyncio.timeout(SECONDS_OF_A_TRY):
            status = await _post(delivery, settings=settings)
    except (AddressRefusedError, InvalidSecretError) as error:
        return str(error)
    except (httpx.HTTPError, OSError) as error:
        return f"the host did not answer ({type(error).__name__})"
    return None if httpx.codes.is_success(status) else f"the answer was {status}"


async def _post(delivery: Delivery, *, settings: Settings) -> int:
    """Post a message to the very address that was checked, under the name of its host; return the status."""
    url = check_url(delivery.url, hosts=settings.allowed_webhook_hosts)
    address = await resolve(url)
    body = delivery.body.encode()
    headers = _headers(delivery, body, settings=settings) | {"host": url.netloc.decode()}
    trusted = httpx.create_ssl_context()  # which has the authorities of SSL_CERT_FILE; no proxy of the environment
    async with httpx.AsyncClient(verify=trusted, trust_env=False, timeout=SECONDS_OF_A_TRY) as client:
        place = url.copy_with(host=address)
        post = client.stream("POST", place, content=body, headers=headers, extensions={"sni_hostname": url.host})
        async with post as answer:  # whose body nobody needs
            return answer.status_code


def _headers(delivery: Delivery, body: bytes, *, settings: Settings) -> dict[str, str]:
    fallback = settings.webhook_secret
    secret = delivery.secret or (fallback.get_secret_value() if fallback is not None else "")
    signed = signed_headers(body, message=delivery.id, timestamp=int(time.time()), secret=secret)
    return {"content-type": "application/json", "user-agent": "nncore"} | signed


def _invalid(pointer: str, detail: str) -> InvalidRequest:
    return InvalidRequest(f"{pointer}: {detail}", errors=[FieldProblem(pointer=pointer, detail=detail)])
