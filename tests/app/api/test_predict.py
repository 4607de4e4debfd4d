import gzip
import time
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.schemas.predictions import PredictAnswer


@pytest.fixture(scope="module")
def model(client) -> str:
    job = client.post("/train", json={"dataset": "shades", "model": "seen", "hyperparameters": {"epochs": 5}}).json()
    while client.get(f"/jobs/{job['id']}").json()["status"] in ("queued", "running"):
        time.sleep(0.02)
    content = client.get("/models/seen/versions/1/parameters").content
    client.post("/models/seen/versions", files={"parameters": ("p.h5", content)}).raise_for_status()
    client.put("/models/seen/aliases/live", json={"version": 1}).raise_for_status()
    return "seen"


def picture(shade: int = 200, *, side: int = 90) -> bytes:
    file = BytesIO()
    Image.new("RGB", (side, side), (shade, shade // 2, 30)).save(file, format="JPEG")
    return file.getvalue()


def predict(client, model: str, *contents: bytes):
    files = [("file", (f"{number}.jpg", content)) for number, content in enumerate(contents)]
    return client.post("/predict", params={"model": model}, files=files)


def test_the_answer_is_as_the_document_says(client, model):
    answer = predict(client, model, picture(), b"text")
    assert answer.headers["content-type"] == "application/json"
    told = PredictAnswer.model_validate(answer.json(), extra="forbid")
    assert (told.model.name, told.model.version) == ("seen", 2)
    assert sum(told.predictions[0].probabilities.values()) == pytest.approx(1)
    assert told.predictions[1].error.code == "not-an-image"
    assert "error" not in answer.json()["predictions"][0]


@pytest.mark.parametrize("query", ["model=seen", "model=nobody", "model=seen@other", "model=a b", "modle=seen", "a=1"])
@pytest.mark.parametrize("kind", ["image/jpeg", "multipart/form-data", "text/plain"])
def test_the_short_way_answers_as_the_way_through_fastapi(client, model, query, kind):
    behind_a_proxy = TestClient(client.app, root_path="/behind")
    answers = [
        each.post(f"{path}?{query}", content=picture(), headers={"Content-Type": kind, "X-Request-ID": "same"})
        for each, path in ((client, "/predict"), (behind_a_proxy, "/predict"), (behind_a_proxy, "/behind/predict"))
    ]
    short, *others = [(answer.status_code, answer.json(), dict(answer.headers)) for answer in answers]
    assert all(other == short for other in others)


def test_of_other_methods_nothing_is_answered(client):
    for method in ("GET", "HEAD", "PUT"):
        answer = client.request(method, "/predict")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_model_is_named_by_name_version_or_alias(client, model):
    versions = {
        reference: predict(client, reference, picture()).json() for reference in ("seen", "seen:1", "seen@live")
    }
    assert {reference: answer["model"]["version"] for reference, answer in versions.items()} == {
        "seen": 2,
        "seen:1": 1,
        "seen@live": 1,
    }
    assert predict(client, "seen@other", picture()).json()["code"] == "alias-not-found"
    assert predict(client, "seen:1@live", picture()).json()["errors"][0]["pointer"] == "/query/model"


def test_an_alias_that_moves_is_followed_at_once(client, model):
    for version in (2, 1) * 5:
        client.put("/models/seen/aliases/moving", json={"version": version}).raise_for_status()
        assert predict(client, "seen@moving", picture()).json()["model"]["version"] == version
    client.delete("/models/seen/aliases/moving").raise_for_status()


def test_large_and_small_pictures_of_a_batch_stay_in_their_order(client, model):
    shades = [20, 60, 100, 140, 180, 220]
    contents = [picture(shade, side=1500 if shade % 40 == 20 else 70) for shade in shades]
    together = predict(client, model, *contents).json()["predictions"]
    alone = [predict(client, model, content).json()["predictions"][0] for content in contents]
    assert [each["probabilities"] for each in together] == [each["probabilities"] for each in alone]
    assert len({each["probability"] for each in alone}) == len(shades)


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, identity"])
@pytest.mark.parametrize("as_form", [True, False])
def test_a_compressed_body_is_refused_as_such(client, model, encoding, as_form):
    headers = {"Content-Encoding": encoding} | ({} if as_form else {"Content-Type": "image/png"})
    sent = {"files": {"file": picture()}} if as_form else {"content": gzip.compress(picture())}
    answer = client.post("/predict", params={"model": model}, headers=headers, **sent)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
    assert f"compressed with '{encoding}'" in answer.json()["detail"]


def test_a_body_of_the_encoding_identity_is_read(client, model):
    headers = {"Content-Encoding": "Identity", "Content-Type": "image/png"}
    answer = client.post("/predict", params={"model": model}, headers=headers, content=picture())
    assert answer.status_code == 200
