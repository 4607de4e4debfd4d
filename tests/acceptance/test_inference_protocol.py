"""The Open Inference Protocol, as Triton's client and curl speak it."""

import base64
import gzip
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import tritonclient.http as triton

from app.client import Client
from app.images import read_image

CURL = shutil.which("curl")


@pytest.fixture(scope="module")
def client(service: str) -> Iterator[triton.InferenceServerClient]:
    with triton.InferenceServerClient(service.removeprefix("http://")) as client:
        yield client


@pytest.fixture(scope="module")
def expected(remote: Client, trained: str, pictures: tuple[Path, Path]) -> dict:
    """What /predict says of the new picture."""
    return remote.predict([pictures[1]], model=trained)["predictions"][0]


@pytest.fixture(scope="module")
def content(pictures: tuple[Path, Path]) -> bytes:
    return pictures[1].read_bytes()


@pytest.fixture(scope="module")
def pixels(content: bytes) -> np.ndarray:
    return read_image(content, max_pixels=10**6).pixels[None]


def pixel_input(pixels: np.ndarray, *, binary: bool = True) -> triton.InferInput:
    tensor = triton.InferInput("image", list(pixels.shape), "UINT8")
    tensor.set_data_from_numpy(pixels, binary_data=binary)
    return tensor


def file_input(*contents: bytes) -> triton.InferInput:
    tensor = triton.InferInput("file", [len(contents)], "BYTES")
    tensor.set_data_from_numpy(np.array(contents, dtype=object))
    return tensor


def test_the_server_and_its_models_describe_themselves(client, trained):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready(trained)
    assert client.is_model_ready(trained, "1")
    assert not client.is_model_ready(trained, "99")
    assert not client.is_model_ready("nobody")
    assert client.get_server_metadata()["extensions"] == ["binary_tensor_data", "classification"]
    described = client.get_model_metadata(trained, "1")
    assert described["versions"] == ["1"]
    assert [tensor["shape"] for tensor in described["inputs"]] == [[-1, 64, 64, 3], [-1]]
    assert described["outputs"][0] == {"name": "probabilities", "datatype": "FP64", "shape": [-1, 2]}
    assert {"name": trained, "version": "1", "state": "READY", "reason": ""} in client.get_model_repository_index()


@pytest.mark.parametrize("compressed", [None, "gzip", "deflate"])
def test_files_and_pixels_get_the_answers_of_predict(client, content, pixels, expected, compressed):
    trained = "built-in"
    for tensor in (file_input(content), pixel_input(pixels), pixel_input(pixels, binary=False)):
        how = {"request_compression_algorithm": compressed, "response_compression_algorithm": compressed}
        found = client.infer(trained, [tensor], request_id="7", **how)
        assert found.as_numpy("probabilities")[0].tolist() == list(expected["probabilities"].values())
        assert found.as_numpy("label").tolist() == [expected["label"].encode()]
        head = {name: found.get_response()[name] for name in ("model_name", "model_version", "id")}
        assert head == {"model_name": trained, "model_version": "1", "id": "7"}


def test_outputs_are_chosen_in_either_form_and_as_the_likeliest_classes(client, trained, content, pixels, expected):
    wanted = [
        triton.InferRequestedOutput("label", binary_data=False),
        triton.InferRequestedOutput("probabilities", binary_data=True, class_count=1),
    ]
    batch = np.concatenate([pixels, np.zeros_like(pixels), pixels])
    found = client.infer(trained, [pixel_input(batch)], model_version="1", outputs=wanted)
    assert found.as_numpy("label").tolist()[::2] == [expected["label"]] * 2
    best = found.as_numpy("probabilities")
    assert best.shape == (3, 1)
    value, index, name = best[0, 0].decode().split(":")
    assert (float(value), name) == (expected["probability"], expected["label"])
    assert list(expected["probabilities"])[int(index)] == name


def test_many_asks_at_a_time(client, service, trained, content, expected):
    with triton.InferenceServerClient(service.removeprefix("http://"), concurrency=8) as parallel:
        asked = [parallel.async_infer(trained, [file_input(content, content)]) for _ in range(32)]
        for each in asked:
            rows = each.get_result().as_numpy("probabilities").tolist()
            assert rows == [list(expected["probabilities"].values())] * 2


@pytest.mark.skipif(CURL is None, reason="curl is not on this machine")
def test_plain_curl_in_json(service, trained, content, expected):
    body = {
        "inputs": [{"name": "file", "datatype": "BYTES", "shape": [1], "data": [base64.b64encode(content).decode()]}]
    }
    address = f"{service}/v2/models/{trained}/infer"
    done = subprocess.run([CURL, "-sS", "-d", json.dumps(body), address], capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["outputs"][0]["data"] == list(expected["probabilities"].values())
    assert answer["outputs"][1] == {"name": "label", "datatype": "BYTES", "shape": [1], "data": [expected["label"]]}


def ask(service: str, model: str, **changed: object) -> httpx.Response:
    tensor = {"name": "image", "datatype": "UINT8", "shape": [1, 64, 64, 3], "data": [0] * 12288} | changed
    return httpx.post(f"{service}/v2/models/{model}/infer", json={"inputs": [tensor]})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"data": [0] * 12287}, "12287 values"),
        ({"data": [256] * 12288}, "integers from 0 to 255"),
        ({"data": [0.5] * 12288}, "integers from 0 to 255"),
        ({"data": [[0], [0, 1]]}, "different lengths"),
        ({"data": None}, "needs either"),
        ({"shape": [64, 64, 3]}, "right is [n, 64, 64, 3]"),
        ({"shape": [0, 64, 64, 3], "data": []}, "there must be a picture"),
        ({"shape": [-1, 64, 64, 3]}, "greater than or equal to 0"),
        ({"name": "pixels"}, "right is 'image'"),
        ({"datatype": "FP32"}, "right is 'image'"),
        ({"name": "file", "datatype": "BYTES", "shape": [1], "data": ["!"]}, "Base64"),
        ({"name": "file", "datatype": "BYTES", "shape": [1], "data": [{}]}, "Base64"),
        ({"name": "file", "datatype": "BYTES", "shape": [1], "data": ["dGV4dA=="]}, "picture 0 of the input"),
        ({"parameters": {"binary_data_size": "9"}, "data": None}, "`binary_data_size` is '9'; a number of bytes"),
        ({"parameters": {"binary_data_size": 9}, "data": None}, "`binary_data_size` is 9, but 0 bytes follow"),
    ],
)
def test_what_is_wrong_is_told_as_the_protocol_has_it(service, trained, changed, told):
    answer = ask(service, trained, **changed)
    assert answer.status_code == 422
    assert told in answer.json()["error"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"outputs": [{"name": "label", "parameters": {"binary_data": "false"}}]}, "true or false; got 'false'"),
        ({"parameters": {"binary_data_output": 1}}, "true or false; got 1"),
        ({"outputs": [{"name": "label"}] * 17}, "/outputs: List should have at most 16 items"),
        ({"outputs": [{"name": "labels"}]}, "no output 'labels'"),
    ],
)
def test_outputs_that_there_are_not_are_told(service, trained, changed, told):
    tensor = {"name": "image", "datatype": "UINT8", "shape": [1, 64, 64, 3], "data": [0] * 12288}
    answer = httpx.post(f"{service}/v2/models/{trained}/infer", json={"inputs": [tensor]} | changed)
    assert answer.status_code == 422
    assert told in answer.json()["error"]


def test_errors_have_the_right_status(service, trained):
    infer = f"{service}/v2/models/{trained}/infer"
    too_many = ask(service, trained, shape=[129, 64, 64, 3])
    for answer, status in (
        (ask(service, "nobody"), 404),
        (ask(service, f"{trained}/versions/9"), 404),
        (httpx.post(infer, content=b"{"), 400),
        (httpx.post(infer, content=b"{}", headers={"Inference-Header-Content-Length": "9"}), 400),
        (httpx.post(infer, content=b"{}", headers={"Content-Encoding": "gzip"}), 400),
        (httpx.post(infer, content=b"{}", headers={"Content-Encoding": "br"}), 415),
        (httpx.post(infer, content=b"{}", headers={"Inference-Header-Content-Length": "x"}), 422),
        (httpx.post(infer, json={"inputs": []}), 422),
        (httpx.get(f"{service}/v2/models/a b"), 422),
        (httpx.post(infer, content=b"{}," * 2**22), 413),
        (httpx.post(infer, content=b" " * 2**26), 413),
        (httpx.post(infer, content=gzip.compress(b" " * 2**26), headers={"Content-Encoding": "gzip"}), 413),
        (httpx.post(infer, content=b"{}", headers={"Inference-Header-Content-Length": str(2**26)}), 413),
        (httpx.post(f"{service}/v2/models/{trained}"), 405),
        (httpx.get(f"{service}/v2/nothing"), 404),
        (too_many, 413),
    ):
        assert answer.status_code == status, answer.text
        assert list(answer.json()) == ["error"]
        assert answer.headers["content-type"] == "application/json"


def test_a_name_that_is_none_is_told_in_words(service):
    for path in ("infer", "ready"):
        answer = httpx.request("GET" if path == "ready" else "POST", f"{service}/v2/models/cats:1/{path}")
        assert answer.json()["error"].startswith("/path/name: NAME or NAME@ALIAS is right; got 'cats:1'")


def test_a_photo_and_a_batch_of_pixels_fit_into_json(service, trained, content, expected):
    photo = content + bytes(2**21)  # what stands behind a picture is no part of it
    data = [base64.b64encode(photo).decode()]
    answer = ask(service, trained, name="file", datatype="BYTES", shape=[1], data=data)
    assert answer.json()["outputs"][0]["data"] == list(expected["probabilities"].values())
    batch = ask(service, trained, shape=[128, 64, 64, 3], data=np.full((128, 64, 64, 3), 255).tolist())
    assert len(batch.json()["outputs"][1]["data"]) == 128


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    ("tensor", "size", "sent", "told"),
    [
        ({"name": "image", "datatype": "UINT8", "shape": [128, 64, 64, 3]}, 128 * 12288 + 1, b"", b"1572864 bytes"),
        ({"name": "file", "datatype": "BYTES", "shape": [1]}, 128 * (2**25 + 4) + 1, b"", b"4294967808 bytes"),
        ({"name": "file", "datatype": "BYTES", "shape": [129]}, 2**30, b"", b"at most 128"),
        ({"name": "file", "datatype": "BYTES", "shape": [2]}, 2**30, b"\0\0\0\0\1\0\0\2", b"picture 1 of the input"),
    ],
)
def test_what_no_request_can_hold_is_refused_before_its_bytes_come(service, tensor, size, sent, told):
    head = json.dumps({"inputs": [tensor | {"parameters": {"binary_data_size": size}}]}).encode()
    lines = [
        "POST /v2/models/built-in/infer HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Inference-Header-Content-Length: {len(head)}",
        f"Content-Length: {min(len(head) + size, 2**31)}",
    ]
    host, port = service.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + head + sent)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 413")
    assert told in answer


def test_a_file_that_predict_would_refuse_is_refused(service, trained, client):
    with pytest.raises(triton.InferenceServerException, match="picture 1 of the input has 33554433 bytes"):
        client.infer(trained, [file_input(b"", bytes(2**25 + 1))])
