"""Clients that went away while large pictures waited: none is decoded for them, and the others are answered."""

import os
import socket
import time
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families
from tritonclient.utils import serialize_byte_tensor

FORM = b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n%b\r\n--frontier--\r\n'
INPUT = b'{"inputs":[{"name":"file","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":%d}}]}'
THREADS = os.cpu_count() or 1
BUSY = 8 * THREADS  # more than half a second's work for every thread, in a few bytes each
LEAVING = 8


@pytest.fixture(scope="module")
def small() -> bytes:
    """A large picture of few bytes, many of which are sent at once."""
    return saved(Image.new("RGB", (4000, 3000), (9, 99, 200)))


@pytest.fixture(scope="module")
def large() -> bytes:
    """A large picture of more bytes than a server reads before anybody asks for them."""
    return saved(Image.linear_gradient("L").resize((4000, 3000)).convert("RGB"))


def saved(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, format="JPEG", quality=90, progressive=True)
    return file.getvalue()


def as_body(picture: bytes, *, model: str) -> bytes:
    return posted(f"/predict?model={model}", "Content-Type: image/jpeg", picture)


def as_form(picture: bytes, *, model: str) -> bytes:
    return posted(f"/predict?model={model}", "Content-Type: multipart/form-data; boundary=frontier", FORM % picture)


def as_tensor(picture: bytes, *, model: str) -> bytes:
    packed: bytes = serialize_byte_tensor(np.array([picture], dtype=object)).item()
    told = INPUT % len(packed)
    return posted(f"/v2/models/{model}/infer", f"Inference-Header-Content-Length: {len(told)}", told + packed)


def posted(path: str, header: str, content: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}"
    return f"{head}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


def sent(service: str, request: bytes) -> socket.socket:
    """A connection through which a whole request has gone."""
    address = urlsplit(service)
    connection = socket.create_connection((address.hostname, address.port), timeout=60)
    connection.sendall(request)
    return connection


def status(connection: socket.socket) -> bytes:
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))[:12]


def count(service: str, name: str, **labels: str) -> int:
    families = text_string_to_metric_families(httpx.get(f"{service}/metrics").text)
    samples = (sample for family in families for sample in family.samples if sample.name == name)
    return int(sum(sample.value for sample in samples if labels.items() <= sample.labels.items()))


def wait_until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.mark.parametrize("request_of", [as_body, as_form, as_tensor])
def test_nothing_is_decoded_for_whoever_left(
    service: str, trained: str, small: bytes, large: bytes, request_of: Callable[..., bytes]
):
    def seen() -> tuple[int, int]:
        """How many pictures were decoded, and how many clients found to be gone."""
        decoded = count(service, "nncore_prediction_stage_seconds_count", stage="decode")
        return decoded, count(service, "nncore_request_seconds_count", status="499")

    assert status(sent(service, request_of(small, model=trained))) == b"HTTP/1.1 200"  # the model is in memory now
    decoded, left = seen()
    waiting = [sent(service, request_of(small, model=trained)) for _ in range(BUSY)]
    for picture in (small, large) * (LEAVING // 2):
        sent(service, request_of(picture, model=trained)).close()
    assert {status(connection) for connection in waiting} == {b"HTTP/1.1 200"}
    assert status(sent(service, request_of(large, model=trained))) == b"HTTP/1.1 200"
    wait_until(lambda: sum(seen()) == decoded + BUSY + 1 + left + LEAVING)
    assert seen() == (decoded + BUSY + 1, left + LEAVING)
