import asyncio
import gzip
import zlib

import pytest
from fastapi import Request

from app.api.body import Body
from app.api.inference_body import HEADER_LENGTH, InferenceBody, write
from app.errors import BodyTooLarge, InvalidRequest, MalformedRequest, UnsupportedMediaType
from app.services.infer import InferAnswer


def read(
    *pieces: bytes, encoding: str = "", header_length: int | None = None, most: int = 1000, size: int = 0
) -> tuple[bytes, bytes]:
    """The JSON of a body that comes in pieces, and so many bytes that follow it."""
    left = list(pieces)

    async def receive():
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def both():
        body = Body(Request({"type": "http", "headers": []}, receive))
        content = InferenceBody(body, encoding=encoding, header_length=header_length, most=most)
        return await content.header(), b"".join([piece async for piece in content.behind(size=size)])

    return asyncio.run(both())


def sent(content: bytes, *, encoding: str) -> bytes:
    return read(content, encoding=encoding)[0]


def test_a_body_is_the_same_however_it_was_compressed():
    assert sent(b"text", encoding="") == b"text"
    assert sent(gzip.compress(b"text", mtime=0), encoding="gzip") == b"text"
    assert sent(zlib.compress(b"text"), encoding="deflate") == b"text"
    assert sent(gzip.compress(b"te", mtime=0) + gzip.compress(b"xt", mtime=0), encoding="gzip") == b"text"
    assert sent(gzip.compress(b"", mtime=0), encoding="gzip") == b""


@pytest.mark.parametrize("pieces", [[b"{}123"], [b"{", b"}1", b"23"], [b"{}", b"123"]])
def test_the_bytes_behind_the_json_come_after_it_in_whatever_pieces(pieces):
    assert read(*pieces, header_length=2, size=3) == (b"{}", b"123")
    packed = gzip.compress(b"".join(pieces), mtime=0)
    assert read(packed, encoding="gzip", header_length=2, size=3) == (b"{}", b"123")


def test_of_more_bytes_than_are_wanted_no_more_are_read():
    with pytest.raises(InvalidRequest, match="is 3, but 4 or more bytes follow"):
        read(b"{}", b"1234", b"56", header_length=2, size=3)
    with pytest.raises(InvalidRequest, match="is 7, but 6 bytes follow"):
        read(b"{}", b"1234", b"56", header_length=2, size=7)


@pytest.mark.parametrize("pieces", [[b" " * 1001], [b" " * 600, b" " * 600, b" "]])
def test_json_of_too_many_bytes_is_refused_with_the_way_out(pieces):
    assert len(read(b" " * 1000)[0]) == 1000
    for length in (None, 1001):
        with pytest.raises(BodyTooLarge, match=r"1000 bytes .* send more as a binary tensor"):
            read(*pieces, header_length=length)


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
        (gzip.compress(b"text", mtime=0) + b"more", "gzip", MalformedRequest),
        (gzip.compress(b"t", mtime=0) * 17, "gzip", MalformedRequest),
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
    for accepted in ("gzip;q=0", "gzip; q=0.0, br", "identity"):
        assert "content-encoding" not in write(InferAnswer(header=b"{}", binary=b""), accepted=accepted).headers
    assert write(InferAnswer(header=b"{}", binary=b""), accepted="gzip;q=0,deflate").headers["content-encoding"] == (
        "deflate"
    )
