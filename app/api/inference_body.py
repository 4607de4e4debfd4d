"""Bodies of the Open Inference Protocol: compressed or not, on the way in and out."""

import gzip
import re
import zlib
from collections.abc import AsyncIterator

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from app.api.body import Body
from app.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType
from app.services.infer import InferAnswer
from app.services.tensors import refuse

HEADER_LENGTH = "Inference-Header-Content-Length"
OF_ANY_KIND = zlib.MAX_WBITS | 32  # gzip or deflate, as the first bytes say
MOST_MEMBERS = 16
GZIP = b"\x1f\x8b"
ZERO = re.compile(r"q=0(\.0*)?")


class InferenceBody:
    """A body that is read in two steps, so that its JSON can be judged before the bytes behind it come in."""

    def __init__(self, body: Body, *, encoding: str, header_length: int | None, most: int) -> None:
        """Take at most so many bytes of JSON, and of what was compressed."""
        self._body = body
        self._encoding = encoding.strip().lower()
        self._header_length = header_length
        self._most = most
        self._rest = b""

    async def header(self) -> bytes:
        """Return the JSON; raises MalformedRequest, BodyTooLarge, UnsupportedMediaType."""
        length = self._header_length
        if length is not None and length > self._most:
            raise self._too_large(f"the JSON has {length} bytes")
        sent = await self._up_to(length) if self._encoding in ("", "identity") else await self._decompressed()
        if length is None:
            return sent
        if length > len(sent):
            raise MalformedRequest(f"the JSON should have {length} bytes, but the body has {len(sent)}")
        self._rest = sent[length:]
        return sent[:length]

    async def behind(self, *, size: int) -> AsyncIterator[bytes]:
        """Yield the bytes behind the JSON as they come; raises InvalidRequest as soon as they cannot be so many."""
        found = 0
        async for piece in self._left():
            found += len(piece)
            if found > size:
                refuse(f"`binary_data_size` is {size}, but {found} or more bytes follow the JSON")
            yield piece
        if found < size:
            refuse(f"`binary_data_size` is {size}, but {found} bytes follow the JSON")

    async def _left(self) -> AsyncIterator[bytes]:
        yield self._rest
        async for chunk in self._body:
            yield chunk

    async def _up_to(self, length: int | None) -> bytes:
        """Read on until the JSON is there, whose end is that of the body where no length is told."""
        sent = bytearray()
        async for chunk in self._body:
            sent += chunk
            if length is not None and len(sent) >= length:
                break
            if len(sent) > self._most:
                raise self._too_large(f"the body has {len(sent)} bytes or more")
        return bytes(sent)

    async def _decompressed(self) -> bytes:
        if self._encoding not in ("gzip", "deflate"):
            raise UnsupportedMediaType(f"the body is compressed with {self._encoding}; gzip and deflate are read")
        sent = await self._up_to(None)
        content = await run_in_threadpool(_decompressed, sent, most=self._most)
        if len(content) > self._most:
            raise self._too_large("the body has more bytes than that once it is decompressed")
        return content

    def _too_large(self, told: str) -> BodyTooLarge:
        return BodyTooLarge(
            f"JSON, and what was compressed, may have {self._most} bytes (NNCORE_MAX_BODY_BYTES, and a picture of "
            f"NNCORE_MAX_IMAGE_BYTES as Base64), but {told}; send more as a binary tensor that is not compressed"
        )


def write(answer: InferAnswer, *, accepted: str) -> Response:
    """Return an answer, compressed where the client takes that."""
    headers = {HEADER_LENGTH: str(len(answer.header))} if answer.binary else {}
    content = answer.header + answer.binary
    takes = _taken(accepted)
    if "gzip" in takes:
        content = gzip.compress(content, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    elif "deflate" in takes:
        content = zlib.compress(content, level=1)
        headers["Content-Encoding"] = "deflate"
    media_type = "application/octet-stream" if answer.binary else "application/json"
    return Response(content, headers=headers | {"Vary": "Accept-Encoding"}, media_type=media_type)


def _taken(accepted: str) -> set[str]:
    """Return the encodings that an Accept-Encoding names, but for those that it gives the weight 0."""
    words = (word.lower().replace(" ", "").split(";") for word in accepted.split(","))
    return {name for name, *weight in words if not any(ZERO.fullmatch(each) for each in weight)}


def _decompressed(sent: bytes, *, most: int) -> bytes:
    """Return what was compressed, up to one byte more than `most`; gzip may come in several members."""
    content = bytearray()
    for _ in range(MOST_MEMBERS):
        decompressor = zlib.decompressobj(OF_ANY_KIND)
        try:
            content += decompressor.decompress(sent, most + 1 - len(content))
        except zlib.error as error:
            raise MalformedRequest(f"the body cannot be decompressed: {error}") from error
        if len(content) > most:
            return bytes(content)
        if not decompressor.eof:
            raise MalformedRequest("the compressed body ends too early; send all of it")
        sent = decompressor.unused_data
        if not sent:
            return bytes(content)
        if not sent.startswith(GZIP):
            raise MalformedRequest(f"{len(sent)} bytes stand behind the end of the compressed body")
    raise MalformedRequest(f"the body has more than {MOST_MEMBERS} gzip members; compress it in one")
