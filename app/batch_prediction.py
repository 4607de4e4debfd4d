"""Predictions on any number of pictures: in requests of bounded size, of which several are on their way at a time."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from app.client import Client, Json, Refused
from app.client_upload import shown_name

FILES = 32  # in a request
BYTES = 8 * 2**20
REQUESTS = 4  # on their way
SECONDS_OF_PATIENCE = 60
OF_ITS_PICTURE = (413, 415, 422)  # what a request with one picture is refused with where the picture is to blame

Answer = tuple[str | None, list[Json]]


def predict_batch(client: Client, pictures: Iterable[Path], *, model: str | None = None) -> Iterator[Json]:
    """Give what is on each picture, in their order, as soon as it is known; `filename` is its path.

    The version that answers first answers all. A picture that cannot be read has an `error` in its place. Raises
    Unreachable, and Refused where no picture is to blame.
    """
    requests = _requests(pictures)
    for request in islice(requests, 1):
        model, predictions = _ask(client, request, model)
        yield from predictions
    pool = ThreadPoolExecutor(REQUESTS)
    try:
        waiting: deque[Future[Answer]] = deque()
        for request in requests:
            waiting.append(pool.submit(_ask, client, request, model))
            if len(waiting) == REQUESTS:
                yield from waiting.popleft().result()[1]
        while waiting:
            yield from waiting.popleft().result()[1]
    finally:
        pool.shutdown(cancel_futures=True)


def _requests(pictures: Iterable[Path]) -> Iterator[list[Path]]:
    """Part the pictures into requests, none of too many or too much, but for a picture that is large alone."""
    request: list[Path] = []
    total = 0
    for picture in pictures:
        size = picture.stat().st_size if picture.is_file() else 0
        if request and (len(request) == FILES or total + size > BYTES):
            yield request
            request, total = [], 0
        request.append(picture)
        total += size
    if request:
        yield request


def _ask(client: Client, pictures: list[Path], model: str | None) -> Answer:
    """Return the version that answers, and the predictions."""
    unreadable = {picture: reason for picture in pictures if (reason := _unreadable(picture))}
    readable = [picture for picture in pictures if picture not in unreadable]
    answers: Iterator[Json] = iter(())
    if readable:
        model, predictions = _patiently(client, readable, model)
        answers = iter(predictions)
    return model, [
        {"filename": shown_name(picture), "error": {"code": "unreadable", "detail": unreadable[picture]}}
        if picture in unreadable
        else next(answers) | {"filename": shown_name(picture)}
        for picture in pictures
    ]


def _unreadable(picture: Path) -> str | None:
    try:
        picture.open("rb").close()
    except OSError as error:
        return f"cannot read the file: {error.strerror}"
    return None


def _patiently(client: Client, pictures: list[Path], model: str | None) -> Answer:
    """Ask, and ask again for a while where the service has no time at the moment and says when it will."""
    deadline = time.monotonic() + SECONDS_OF_PATIENCE
    while True:
        try:
            answer = client.predict(pictures, model=model)
        except Refused as refused:
            if len(pictures) == 1 and refused.status in OF_ITS_PICTURE:
                return model, [{"error": {"code": refused.code, "detail": refused.detail}}]
            if refused.retry_after is None or time.monotonic() > deadline:
                raise
            time.sleep(refused.retry_after)
        else:
            return f"{answer['model']['name']}:{answer['model']['version']}", answer["predictions"]
