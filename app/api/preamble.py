"""What stands in front of the first boundary of a form: RFC 2046 allows text there, which no reader is to show."""

from collections.abc import AsyncIterator

from app.errors import MalformedRequest

MOST_BYTES = 64 * 1024
"""How long it may be; a body that is no form at all is not read further."""


async def without_preamble(body: AsyncIterator[bytes], *, boundary: bytes) -> AsyncIterator[bytes]:
    """Yield the bytes of a form from its first boundary on, as they come; raises MalformedRequest if there is none."""
    line = b"\n--" + boundary
    read = b"\n"  # the boundary begins a line, be it the first one
    async for piece in body:
        read += piece
        at = read.find(line, 0, MOST_BYTES + len(line))
        if at >= 0:
            yield read[at + 1 :]
            break
        if len(read) >= MOST_BYTES + len(line):
            raise MalformedRequest(f"the form has no boundary in its first {MOST_BYTES} bytes; its type names another")
    else:
        raise MalformedRequest("the body is no form: the boundary that its type names is not in it")
    async for piece in body:
        yield piece
