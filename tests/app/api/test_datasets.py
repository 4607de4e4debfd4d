import gzip
import io
import json
import zipfile

import pytest
from PIL import Image

from app.images import to_png
from nncore.sample_images import draw


def test_an_image_is_sent_once(client):
    answer = client.get("/datasets/shades/images/train/7.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.content)).size == (64, 64)
    again = client.get(answer.url.path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/datasets/shades/images/train/6.png").headers["etag"] != answer.headers["etag"]


def test_a_sheet_is_bounded(client):
    size = Image.open(io.BytesIO(client.get("/datasets/shades/sheet.png?class=dark&columns=2").content)).size
    assert size == (130, 130)
    refused = client.get("/datasets/shades/sheet.png?limit=401").json()
    assert refused["errors"][0]["pointer"] == "/query/limit"


def test_an_image_that_is_not_there_is_not_found(client):
    for path in ("train/8.png", "test/2147483647.png"):
        answer = client.get(f"/datasets/shades/images/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "image-not-found")
    assert client.get("/datasets/none/images/train/0.png").json()["code"] == "dataset-not-found"
    assert client.get("/datasets/shades/images/train/-1.png").status_code == 422


@pytest.fixture
def archive() -> bytes:
    """A zip of two classes, with a text among the pictures."""
    pixels, labels, names = draw(6, seed=1, size=64)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, (picture, label) in enumerate(zip(pixels, labels, strict=True)):
            archive.writestr(f"{names[label]}/{number}.png", to_png(picture))
        archive.writestr("ring/note.txt", "no picture")
    return file.getvalue()


def told(client, name: str, content: bytes):
    """Import and return the answer with its events: their kinds and what they tell."""
    answer = client.post(
        "/datasets", data={"name": name}, files={"archive": content}, headers={"Accept": "text/event-stream"}
    )
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in answer.text.strip().split("\n\n")]
    return answer, [(block["event"], json.loads(block["data"])) for block in blocks if "event" in block]


def test_an_import_tells_how_far_it_is(client, archive):
    answer, events = told(client, "told", archive)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert events[0] == ("progress", {"done": 0, "total": 7})
    assert events[-1] == ("done", client.get("/datasets/told").json())
    assert {kind for kind, _ in events[:-1]} == {"progress"}
    assert events[-1][1]["skipped_count"] == 1
    client.delete("/datasets/told").raise_for_status()


def test_what_is_wrong_with_a_request_is_answered_before_the_first_event(client, archive):
    answer = client.post(
        "/datasets", data={"name": "shades"}, files={"archive": archive}, headers={"Accept": "text/event-stream"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "name-taken")


def test_what_is_found_wrong_later_is_an_event(client):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("ring/note.txt", "no picture")
    answer, events = told(client, "empty", file.getvalue())
    kind, problem = events[-1]
    assert (answer.status_code, kind, problem["status"], problem["code"]) == (200, "error", 422, "invalid-dataset")
    assert client.get("/datasets/empty").status_code == 404


@pytest.mark.parametrize("field", ["name", "archive"])
def test_a_field_that_is_there_twice_is_refused(client, archive, field):
    first = {"name": (None, "first"), "archive": ("a.zip", archive)}
    answer = client.post("/datasets", files=[*first.items(), (field, first[field])])
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
    assert answer.json()["detail"] == f"/{field}: the field is there more than once; once is right"


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("archive", (None, "text"), "the field holds text; it must be a file, with a name"),
        ("name", ("name.txt", "text"), "the field holds a file; it must be text"),
    ],
)
def test_text_and_files_are_told_apart(client, archive, field, value, detail):
    form = {"name": (None, "first"), "archive": ("a.zip", archive)} | {field: value}
    answer = client.post("/datasets", files=form)
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"pointer": f"/{field}", "detail": detail}])


def form(archive: bytes, *, name: str = "formed") -> bytes:
    start = '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n'
    file = '\r\n--b\r\nContent-Disposition: form-data; name="archive"; filename="a.zip"\r\n\r\n'
    return f"{start}{name}{file}".encode() + archive + b"\r\n--b--\r\n"


def send(client, body: bytes, **headers: str):
    return client.post("/datasets", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"} | headers)


@pytest.mark.parametrize(("before", "after"), [(b"", b""), (b"a text\r\n", b""), (b"\r\n", b"another text")])
def test_text_around_a_form_is_passed_over(client, archive, before, after):
    assert send(client, before + form(archive) + after).status_code == 201
    client.delete("/datasets/formed").raise_for_status()


@pytest.mark.parametrize(
    ("damage", "detail"),
    [
        (lambda body: body[: -len(b"--\r\n")], "the form ends before its closing boundary; send all of it"),
        (lambda body: body[: len(body) // 2], "the form ends before its closing boundary; send all of it"),
        (lambda body: b"", "the body is no form: the boundary that its type names is not in it"),
        (
            lambda body: body.replace(b"--b", b"--c"),
            "the body is no form: the boundary that its type names is not in it",
        ),
    ],
)
def test_a_form_that_is_not_whole_is_told_as_such(client, archive, damage, detail):
    answer = send(client, damage(form(archive)))
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (400, "malformed-request", detail)
    assert client.get("/datasets/formed").status_code == 404


def test_a_compressed_form_is_refused_as_such(client, archive):
    answer = send(client, gzip.compress(form(archive)), **{"Content-Encoding": "gzip"})
    assert (answer.status_code, "compressed with 'gzip'" in answer.json()["detail"]) == (415, True)
