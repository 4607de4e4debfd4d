"""Bodies of the Open Inference Protocol: compressed or not, on the way in and out."""

import gzip
import zlib

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from app.api.body import Body
from app.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType
from app.services.infer import InferAnswer

HEADER_LENGTH = "Inference-Header-Content-Length"
OF_ANY_KIND = zlib.MAX_WBITS | 32  # gzip or deflate, as the first bytes say


async def read(body: Body, *, encoding: str, most: int) -> bytes:
    """Return a body as it was before it was compressed; raises MalformedRequest, BodyTooLarge, UnsupportedMediaType."""
    sent = b"".join([chunk async for chunk in body])
    if encoding in ("", "identity"):
        return sent
    if encoding not in ("gzip", "deflate"):
        raise UnsupportedMediaType(f"the body is compressed with {encoding}; gzip and deflate are read")
    return await run_in_threadpool(_decompressed, sent, most=most)


def write(answer: InferAnswer, *, accepted: str) -> Response:
    """Return an answer, compressed where the client takes that."""
    headers = {HEADER_LENGTH: str(len(answer.header))} if answer.binary else {}
    content = answer.header + answer.binary
    takes = {word.partition(";")[0].strip() for word in accepted.split(",")}
    if "gzip" in takes:
        content = gzip.compress(content, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    elif "deflate" in takes:
        content = zlib.compress(content, level=1)
        headers["Content-Encoding"] = "deflate"
    media_type = "application/octet-stream" if answer.binary else "application/json"
    return Response(content, headers=headers | {"Vary": "Accept-Encoding"}, media_type=media_type)


def _decompressed(sent: bytes, *, most: int) -> bytes:
    decompressor = zlib.decompressobj(OF_ANY_KIND)
    try:
        content = decompressor.decompress(sent, most + 1)
    except zlib.error as error:
        raise MalformedRequest(f"the body cannot be decompressed: {error}") from error
    if len(content) > most:
        raise BodyTooLarge(f"the body has more than {most} bytes once it is decompressed, which is the most")
    if not decompressor.eof:
        raise MalformedRequest("the compressed body ends too early; send all of it")
    return content
