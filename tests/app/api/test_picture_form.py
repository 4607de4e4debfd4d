import asyncio
import email
from collections.abc import Sequence

from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from app.api.body import Body
from app.api.picture_form import form_files
from app.api.preamble import MOST_BYTES
from app.errors import FileTooLarge, InvalidRequest, MalformedRequest, ServiceError, TooManyFiles

BOUNDARY = "-boundary-"
CONTENTS = st.lists(st.binary(max_size=60) | st.just(f"\r\n--{BOUNDARY[:-1]}".encode()), min_size=1, max_size=4)
LINES = [b"", b"This is a form.", b"-", b"--", b"\xff\xd8", f"--{BOUNDARY[:-1]}".encode(), f" --{BOUNDARY}".encode()]


def form(files: Sequence[tuple[str, bytes]]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n'.encode()
        + b"Content-Type: image/jpeg\r\n\r\n"
        + content
        + b"\r\n"
        for name, content in files
    ]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def read(pieces: Sequence[bytes], *, most: int = 10, most_bytes: int = 1000, boundary: str = BOUNDARY):
    """Return the files of a form that comes in these pieces, and how many pieces were asked for."""
    asked = []

    async def receive():
        asked.append(1)
        number = len(asked)
        return {"type": "http.request", "body": pieces[number - 1], "more_body": number < len(pieces)}

    scope = {"type": "http", "headers": [(b"content-type", f"multipart/form-data; boundary={boundary}".encode())]}

    async def all_files():
        body = Body(Request(scope, receive))
        return [file async for file in form_files(body, most=most, most_bytes=most_bytes)]

    try:
        return asyncio.run(all_files()), len(asked)
    except ServiceError as error:
        return error, len(asked)


@given(contents=CONTENTS, size=st.integers(1, 400))
def test_the_same_files_come_out_however_the_bytes_come_in(contents, size):
    files = [(f"picture {number}.jpg", content) for number, content in enumerate(contents)]
    sent = form(files)
    found, _ = read([sent[at : at + size] for at in range(0, len(sent), size)])
    assert [(file.filename, file.content) for file in found] == files


def read_by_the_standard_library(sent: bytes) -> list[tuple[str | None, bytes]]:
    message = email.message_from_bytes(
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n".encode() + sent
    )
    return [(part.get_filename(), part.get_payload(decode=True)) for part in message.get_payload()]


@given(
    contents=CONTENTS,
    lines=st.lists(st.sampled_from(LINES), max_size=4),
    size=st.integers(1, 400),
)
def test_text_before_the_first_boundary_and_behind_the_last_is_no_part_of_the_form(contents, lines, size):
    files = [(f"picture {number}.jpg", content.translate(None, b"\r\n")) for number, content in enumerate(contents)]
    text = b"".join(line + b"\r\n" for line in lines)
    sent = text + form(files) + text
    found, _ = read([sent[at : at + size] for at in range(0, len(sent), size)])
    assert [(file.filename, file.content) for file in found] == files == read_by_the_standard_library(sent)


def test_of_what_has_no_boundary_no_more_is_read_than_such_a_text_may_have():
    whole = form([("a", b"1")])
    line = b"a" * (MOST_BYTES - 2) + b"\r\n"
    [file], _ = read([line[:100], line[100:] + whole])
    assert file.content == b"1"
    for pieces in ([b"a" + line + whole], [b"a" + line, whole[:20], whole[20:], whole]):
        error, asked = read(pieces)
        assert isinstance(error, MalformedRequest)
        assert "no boundary in its first" in error.detail
        assert asked <= 2


def test_a_file_that_is_too_large_has_an_error_in_its_place():
    found, _ = read([form([("a", b"1"), ("b", b"2" * 1001), ("c", b"3" * 1000)])])
    assert found[0].content == b"1"
    assert isinstance(found[1].content, FileTooLarge)
    assert found[2].content == b"3" * 1000


def test_a_form_that_begins_with_too_large_a_file_ends_with_it():
    sent = form([("a", b"1" * 2000)])
    error, asked = read([sent[:900], sent[900:1200], sent[1200:]])
    assert isinstance(error, FileTooLarge)
    assert "'a' has" in error.detail
    assert asked == 2


def test_a_name_may_be_told_in_its_encoded_form_alone():
    sent = form([("a", b"1")]).replace(b'filename="a"', b"filename*=UTF-8''caf%C3%A9.jpg")
    [found], _ = read([sent])
    assert (found.filename, found.content) == ("caf\u00e9.jpg", b"1")


def test_one_file_too_many_ends_it_before_the_rest_is_read():
    sent = form([("a", b"1"), ("b", b"2"), ("c", b"3" * 900)])
    error, asked = read([sent[:-900], sent[-900:-500], sent[-500:]], most=2)
    assert isinstance(error, TooManyFiles)
    assert asked == 1


def test_what_is_no_such_form_is_told():
    whole = form([("a", b"1")])
    for error, pieces in (
        (MalformedRequest, [whole[:-8]]),
        (MalformedRequest, [b"text"]),
        (MalformedRequest, [b""]),
        (MalformedRequest, [whole.replace(b'name="file"; ', b"")]),
        (InvalidRequest, [whole.replace(b'name="file"', b'name="files"')]),
        (InvalidRequest, [whole.replace(b'; filename="a"', b"")]),
        (InvalidRequest, [f"--{BOUNDARY}--\r\n".encode()]),
    ):
        assert isinstance(read(pieces)[0], error), pieces
    assert isinstance(read([whole], boundary="")[0], MalformedRequest)
    assert isinstance(read([whole], boundary="x" * 300)[0], MalformedRequest)
