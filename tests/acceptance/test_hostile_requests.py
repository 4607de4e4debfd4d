"""Names, cursors, JSON and forms that nobody would send by mistake: each is answered, none with a 5xx."""

import json
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import PROBLEM_MEDIA_TYPE

OFTEN = settings(max_examples=50, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
BOUNDARY = "frontier"
NAMES = st.one_of(
    st.text(min_size=1, max_size=80),
    st.sampled_from(
        ["..", ".", "../../etc/passwd", "a/../b", "%2e%2e", "nul\0byte", "a" * 5000, "job", "\u202e", "~", "-"]
    ),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,70}", fullmatch=True),
)
CURSORS = st.text(max_size=80) | st.integers().map(str) | st.from_regex(r"[0-9]{1,64}", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
BODIES = {
    "/train": {"dataset": "nothing-here", "model": "m", "hyperparameters": {"epochs": 1}, "webhook": None},
    "/tune": {"dataset": "nothing-here", "model": "m", "search": {"l2": [0, 1]}, "folds": 2, "candidates": 2},
    "/gradient-check": {"layer_sizes": [3, 2, 1], "hyperparameters": {"activation": "tanh"}},
}
FILE = b'--frontier\r\nContent-Disposition: form-data; name="%b"; filename="a"\r\n\r\n%b\r\n'
END = b"--frontier--\r\n"
NAMED = b'--frontier\r\nContent-Disposition: form-data; name="name"\r\n\r\nhostile\r\n'
FORMS = {
    "/datasets": NAMED + FILE % (b"archive", b"PK\5\6" + bytes(18)) + END,
    "/predict?model=built-in": FILE % (b"file", b"\x89PNG\r\n\x1a\n") + END,
    "/models/hostile/versions": FILE % (b"parameters", b"text") + END,
}


@pytest.fixture(scope="module")
def stranger(service: str, trained: str):
    """A client of the shared service, which has a dataset and a model named built-in."""
    with httpx.Client(base_url=service, timeout=60) as client:
        yield client


def check(answer: httpx.Response) -> None:
    """An answer is no fault of the service's, tells none of its insides, and binds browsers."""
    assert answer.status_code < 500, answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == PROBLEM_MEDIA_TYPE
        assert answer.json()["status"] == answer.status_code
        assert "Traceback" not in answer.text


@OFTEN
@given(
    name=NAMES, place=st.sampled_from(["/datasets/{}", "/models/{}", "/jobs/{}", "/models/{}/versions/1/parameters"])
)
def test_names_in_paths(stranger, name, place):
    answer = stranger.get(place.format(quote(name, safe="")))
    check(answer)
    assert answer.status_code in (307, 404, 422) or name in ("built-in", ".", "..")  # a slash too many is led back


@OFTEN
@given(name=NAMES)
def test_names_in_queries_and_bodies(stranger, name):
    check(stranger.post("/predict", params={"model": name}, content=b"x", headers={"Content-Type": "image/png"}))
    check(stranger.post("/train", json={"dataset": name, "model": name}))
    check(stranger.get("/jobs", params={"dataset": name, "status": name}))


@OFTEN
@given(
    cursor=CURSORS,
    limit=st.integers() | st.text(max_size=5),
    place=st.sampled_from(["datasets", "jobs", "models", "keys"]),
)
def test_cursors(stranger, cursor, limit, place):
    for query in ({"cursor": cursor}, {"cursor": cursor, "limit": str(limit)}):
        answer = stranger.get(f"/{place}", params=query)
        check(answer)
        assert answer.status_code == 422 or answer.json().keys() == {"items", "next"}


@OFTEN
@given(data=st.data(), path=st.sampled_from(sorted(BODIES)))
def test_json_of_any_shape(stranger, data, path):
    body = dict(BODIES[path])
    for name in data.draw(st.lists(st.sampled_from([*body, "unheard-of"]), min_size=1, max_size=3)):
        body[name] = data.draw(VALUES)
    check(stranger.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"}))


@OFTEN
@given(data=st.data(), path=st.sampled_from(sorted(BODIES)))
def test_json_that_is_damaged(stranger, data, path):
    content = damaged(json.dumps(BODIES[path]).encode(), data)
    check(stranger.post(path, content=content, headers={"Content-Type": "application/json"}))


@OFTEN
@given(data=st.data(), path=st.sampled_from(sorted(FORMS)))
def test_forms_that_are_damaged(stranger, data, path):
    boundary = data.draw(st.sampled_from([BOUNDARY, BOUNDARY, BOUNDARY, "", "other", '"', "a" * 200]))
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = stranger.post(path, content=damaged(FORMS[path], data), headers=headers)
    check(answer)
    assert answer.status_code >= 400


@OFTEN
@given(content=st.binary(max_size=300), path=st.sampled_from(sorted(FORMS)))
def test_forms_that_are_none(stranger, content, path):
    check(stranger.post(path, content=content, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}))


def damaged(content: bytes, data: st.DataObject) -> bytes:
    """Return the bytes with some changed, put in, or cut off."""
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        changed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    return bytes(changed[: data.draw(st.integers(len(changed) // 2, len(changed)))])
