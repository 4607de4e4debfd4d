import hashlib
import io
import math
import time

import h5py
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def content(client) -> bytes:
    """The parameter file of a model that a job has made."""
    body = {"dataset": "shades", "model": "made", "hyperparameters": {"epochs": 5}}
    job = client.post("/train", json=body).json()
    while client.get(f"/jobs/{job['id']}").json()["status"] in ("queued", "running"):
        time.sleep(0.02)
    return client.get("/models/made/versions/1/parameters").content


def upload(client, name: str, content: bytes):
    return client.post(f"/models/{name}/versions", files={"parameters": ("p.h5", content)})


def test_a_model_tells_all_of_its_versions(client, content):
    model = client.get("/models/made").json()
    version = client.get("/models/made/versions/1").json()
    assert (model["name"], model["versions"]) == ("made", [version])
    assert version["classes"] == ["dark", "bright"]
    assert version["dataset"] == {"name": "shades", "digest": "sha256:shades"}
    assert version["hyperparameters"]["epochs"] == 5
    assert version["metrics"]["train"]["cost"] > 0
    assert "made" in [item["name"] for item in client.get("/models?limit=1000").json()["items"]]


def test_the_parameter_file_is_read_with_h5py_alone(client, content):
    with h5py.File(io.BytesIO(content)) as file:
        assert [file[f"parameters/W{layer}"].shape for layer in (1, 2, 3)] == [(5, 12288), (5, 5), (1, 5)]
        assert file.attrs["format_version"] == 1


def test_the_parameter_file_is_not_sent_twice(client, content):
    path = "/models/made/versions/1/parameters"
    answer = client.get(path)
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    assert answer.headers["etag"] == tag
    again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).content == content
    part = client.get(path, headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, content[:8])


def test_a_file_from_elsewhere_becomes_a_version(client, content):
    answer = upload(client, "brought", content)
    assert (answer.status_code, answer.headers["location"]) == (201, "/models/brought/versions/1")
    assert client.get(answer.headers["location"]).json() == answer.json()
    assert client.get("/models/brought/versions/1/parameters").content == content


def test_a_file_that_is_none_is_refused(client):
    answer = upload(client, "refused", b"text")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-parameter-file")
    assert client.get("/models/refused").status_code == 404
    assert upload(client, "job", b"text").json()["errors"][0]["pointer"] == "/path/name"
    missing = client.post("/models/refused/versions", files={"parameter": b"x"}).json()
    assert missing["errors"] == [
        {"pointer": "/parameter", "detail": "'parameter' is no known field; the nearest one is /parameters"}
    ]
    assert client.post("/models/refused/versions", content=b"x").json()["code"] == "unsupported-media-type"


def test_numbers_of_deleted_versions_are_not_used_again(client, content):
    for _ in range(2):
        upload(client, "counted", content)
    assert client.delete("/models/counted/versions/2").status_code == 204
    assert upload(client, "counted", content).json()["version"] == 3
    assert client.delete("/models/counted").status_code == 204
    assert client.get("/models/counted").status_code == 404
    assert upload(client, "counted", content).json()["version"] == 4


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/models/none"),
        ("DELETE", "/models/none"),
        ("GET", "/models/none/versions/1"),
        ("DELETE", "/models/none/versions/1"),
        ("GET", "/models/none/versions/1/parameters"),
    ],
)
def test_what_is_not_there_is_not_found(client, method, path):
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "model-not-found")


@pytest.mark.parametrize("version", ["0", "x", "99999999999999999999"])
def test_a_version_is_a_number(client, version):
    assert client.get(f"/models/none/versions/{version}").json()["errors"][0]["pointer"] == "/path/version"


def test_the_hardest_images_come_first(client, content):
    answer = client.get("/models/made/versions/1/hardest?split=train&limit=8").json()
    costs = [item["cost"] for item in answer["items"]]
    assert (answer["dataset"], answer["split"], len(costs)) == ("shades", "train", 8)
    assert costs == sorted(costs, reverse=True)
    assert sum(costs) / 8 == pytest.approx(client.get("/models/made").json()["versions"][0]["metrics"]["train"]["cost"])
    assert sorted(item["index"] for item in answer["items"]) == list(range(8))
    for item in answer["items"]:
        assert (item["predicted"] == item["label"]) is (item["cost"] < math.log(2))


def test_the_hardest_images_need_the_dataset_of_the_training(client, content):
    changed = io.BytesIO(content)
    with h5py.File(changed, "r+") as file:
        file.attrs["dataset"] = '{"name": "shades", "digest": "sha256:other"}'
    upload(client, "of-another", changed.getvalue())
    answer = client.get("/models/of-another/versions/1/hardest")
    assert (answer.status_code, answer.json()["code"]) == (404, "dataset-not-found")


def test_the_weights_are_a_picture_a_unit(client, content):
    answer = client.get("/models/made/versions/1/weights.png?columns=5")
    assert Image.open(io.BytesIO(answer.content)).size == (5 * 64 + 4 * 2, 64)
    again = client.get(answer.url.path + "?columns=5", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
