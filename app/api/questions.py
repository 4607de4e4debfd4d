"""Questions to a model about the pictures of a request: what they are refused for, and the way to an answer."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from app.api.body import Body
from app.api.dependencies import Serving
from app.api.uploads import REFUSALS, seen_pictures
from app.errors import AliasNotFound, JobNotFound, ModelNotFound, ModelNotServable, ServiceError
from app.services.predict import Seen
from app.services.served_models import ServedModel

REFUSED: tuple[type[ServiceError], ...] = (ModelNotFound, AliasNotFound, JobNotFound, ModelNotServable, *REFUSALS)

Answer = TypeVar("Answer")


async def answer_in_thread(
    request: Request, *, serving: Serving, model: str | None, answer: Callable[[list[Seen], ServedModel], Answer]
) -> Answer:
    """Have the model that the request names answer about its pictures, in a thread."""
    body = Body(request)
    with serving.waiting_room:
        found = await run_in_threadpool(serving.served.find, model)
        seen = await seen_pictures(body, decoder=serving.decoder, settings=serving.settings)
        return await serving.decoder.work(lambda: answer(seen, found), is_gone=body.is_gone)
