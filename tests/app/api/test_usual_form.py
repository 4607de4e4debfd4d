import asyncio

from fastapi import Request
from hypothesis import example, given
from hypothesis import strategies as st

from app.api.body import Body
from app.api.picture_form import form_files
from app.api.usual_form import only_file

CONTENT_TYPE = "multipart/form-data; boundary=-b-"
HEAD = b'---b-\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
PIECES = [
    HEAD,
    b"Content-Type: image/jpeg\r\n",
    b"\r\n",
    b"\r\n---b-",
    b"---b-\r\n",
    b"--",
    b"--\r\n",
    b"\xff\xd8 bytes",
    b'"',
    b"a",
]
TAIL = b"\r\n---b---\r\n"


def by_the_parser(form: bytes, *, content_type: str = CONTENT_TYPE):
    pieces = [form[:1], form[1:]]

    async def receive():
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def all_files():
        body = Body(Request({"type": "http", "headers": [(b"content-type", content_type.encode())]}, receive))
        return [file async for file in form_files(body, most=10, most_bytes=10_000)]

    return [(file.filename, file.content) for file in asyncio.run(all_files())]


def with_one_byte_changed(at: int, byte: int) -> bytes:
    form = HEAD + b"Content-Type: image/jpeg\r\n\r\n" + b"\xff\xd8 bytes" + TAIL
    return form[: at % len(form)] + bytes([byte]) + form[at % len(form) + 1 :]


@given(
    st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join).map(lambda between: HEAD + between + TAIL)
    | st.builds(with_one_byte_changed, st.integers(0, 500), st.integers(0, 255))
)
@example(HEAD + TAIL)
@example(HEAD + b"\r\n" + TAIL)
@example(HEAD + b"\r\n" + TAIL[2:])
def test_what_is_found_is_what_the_parser_finds(form):
    found = only_file(form, content_type=CONTENT_TYPE)
    if found is not None:
        assert by_the_parser(form) == [(found[0].decode("latin-1"), found[1])]


def test_the_forms_of_the_usual_clients_are_taken_apart():
    for headers in (b"Content-Type: image/jpeg\r\n", b"", b"content-type: application/octet-stream\r\n"):
        form = HEAD + headers + b"\r\n" + b"\xff\xd8\r\n--\r\n" + TAIL
        assert only_file(form, content_type=CONTENT_TYPE) == (b"a.jpg", b"\xff\xd8\r\n--\r\n")


def test_any_other_form_is_left_to_the_parser():
    usual = HEAD + b"\r\nbytes" + TAIL
    others = [
        usual + b"more",
        usual[:-4],
        b"\r\n" + usual,
        HEAD + b"\r\nbytes\r\n" + HEAD + b"\r\nbytes" + TAIL,
        usual.replace(b'name="file"', b'name="other"'),
        usual.replace(b'name="file"', b'name="File"'),
        usual.replace(b"a.jpg", rb"a\".jpg"),
        b"",
    ]
    assert [only_file(form, content_type=CONTENT_TYPE) for form in others] == [None] * len(others)
    for content_type in (
        'multipart/form-data; boundary="-b-"',
        "multipart/form-data",
        "multipart/form-data; boundary=",
    ):
        assert only_file(usual, content_type=content_type) is None
