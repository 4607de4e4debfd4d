"""The pictures of an archive, one after the other; large ones are decoded ahead, a thread for each core."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from app.archive_layout import LabelledPath
from app.archives import Archive
from app.errors import FileTooLarge, ServiceError
from app.images import Picture, Pixels, read_image
from app.services.decoder import quick_decode
from app.settings import Settings

AHEAD = 2  # pictures for each thread

Decoded = Pixels | ServiceError


def decoded_pictures(
    archive: Archive, pictures: Sequence[LabelledPath], *, settings: Settings
) -> Iterator[tuple[LabelledPath, Decoded]]:
    """Give each picture with its pixels, or the error in their place; raises InvalidArchive where it is damaged."""
    threads = os.cpu_count() or 1
    pool = ThreadPoolExecutor(threads, thread_name_prefix="import")
    try:
        waiting: deque[tuple[LabelledPath, Callable[[], Decoded]]] = deque()
        for picture in pictures:
            waiting.append((picture, _begin(archive, picture, pool=pool, settings=settings)))
            if len(waiting) > AHEAD * threads:
                first, pixels = waiting.popleft()
                yield first, pixels()
        for last, pixels in waiting:
            yield last, pixels()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(
    archive: Archive, picture: LabelledPath, *, pool: ThreadPoolExecutor, settings: Settings
) -> Callable[[], Decoded]:
    """Read a file, and return what gives its pixels: small ones cost a thread more than they take."""
    try:
        data = archive.read(picture.path)
    except FileTooLarge as error:
        return partial(_as_it_is, error)
    quick = quick_decode(data, max_pixels=settings.max_pixels, formats=settings.formats)
    if quick is not None:
        return partial(_decoded, quick)
    slow = partial(read_image, data, max_pixels=settings.max_pixels, formats=settings.formats)
    return pool.submit(_decoded, slow).result


def _decoded(decode: Callable[[], Picture]) -> Decoded:
    try:
        return decode().pixels
    except ServiceError as error:
        return error


def _as_it_is(error: ServiceError) -> Decoded:
    return error
