import asyncio
import gzip
import zlib

import pytest
from fastapi import Request

from app.api.body import Body
from app.api.inference_body import HEADER_LENGTH, read, write
from app.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType
from app.services.infer import InferAnswer


def sent(content: bytes, *, encoding: str, most: int = 1000) -> bytes:
    async def receive():
        return {"type": "http.request", "body": content}

    return asyncio.run(read(Body(Request({"type": "http", "headers": []}, receive)), encoding=encoding, most=most))


def test_a_body_is_the_same_however_it_was_compressed():
    assert sent(b"text", encoding="") == b"text"
    assert sent(gzip.compress(b"text", mtime=0), encoding="gzip") == b"text"
    assert sent(zlib.compress(b"text"), encoding="deflate") == b"text"


def test_what_grows_beyond_the_bound_is_refused_without_being_unpacked():
    assert len(sent(gzip.compress(b" " * 1000, mtime=0), encoding="gzip")) == 1000
    with pytest.raises(BodyTooLarge):
        sent(gzip.compress(b" " * 10_000_000, mtime=0), encoding="gzip")


@pytest.mark.parametrize(
    ("content", "encoding", "error"),
    [
        (b"text", "gzip", MalformedRequest),
        (gzip.compress(b"text", mtime=0)[:-9], "gzip", MalformedRequest),
        (b"", "deflate", MalformedRequest),
        (b"text", "br", UnsupportedMediaType),
    ],
)
def test_what_cannot_be_read_is_refused(content, encoding, error):
    with pytest.raises(error):
        sent(content, encoding=encoding)


def test_an_answer_says_how_long_its_json_is_where_bytes_follow():
    plain = write(InferAnswer(header=b"{}", binary=b""), accepted="")
    assert (plain.body, plain.media_type, HEADER_LENGTH in plain.headers) == (b"{}", "application/json", False)
    packed = write(InferAnswer(header=b"{}", binary=b"123"), accepted="br, gzip;q=0.5")
    assert gzip.decompress(packed.body) == b"{}123"
    assert (packed.headers[HEADER_LENGTH], packed.media_type) == ("2", "application/octet-stream")
