import io

import numpy as np
import pytest
from PIL import Image

from nncore.sample_images import draw


@pytest.fixture(scope="module")
def picture() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(draw(1, seed=9, size=100)[0][0]).save(buffer, format="PNG")
    return buffer.getvalue()


def test_the_map_and_the_bias_add_up_to_the_logit(client, train, ended, picture: bytes):
    for name, hyperparameters in (("explained", {}), ("explained-leaky", {"activation": "leaky_relu", "seed": 3})):
        ended(train(model=name, epochs=20, initializer="he", **hyperparameters))
        answer = client.post(f"/explain?model={name}", files={"file": ("a.png", picture)}).json()
        predicted = client.post(f"/predict?model={name}", files={"file": ("a.png", picture)}).json()
        [told], [prediction] = answer["explanations"], predicted["predictions"]
        assert answer["model"] == predicted["model"]
        assert (told["label"], told["probability"]) == (prediction["label"], prediction["probability"])
        assert np.shape(told["map"]) == (64, 64)
        assert np.sum(told["map"]) + told["bias"] == pytest.approx(told["logit"], abs=1e-11)
        assert told["residual"] < 1e-11
        assert 1 / (1 + np.exp(-told["logit"])) == pytest.approx(told["probability"])


def test_a_network_that_bends_everywhere_is_not_explained(client, train, ended, picture: bytes):
    ended(train(model="bent", epochs=5, activation="tanh"))
    answer = client.post("/explain?model=bent", files={"file": ("a.png", picture)})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-explainable")
    assert "tanh" in answer.json()["detail"]


def test_a_file_that_is_no_picture_has_its_error_among_others(client, train, ended, picture: bytes):
    ended(train(model="among", epochs=5))
    files = [("file", ("a.png", picture)), ("file", ("b.txt", b"text"))]
    first, second = client.post("/explain?model=among", files=files).json()["explanations"]
    assert first["map"]
    assert (second["filename"], second["error"]["code"]) == ("b.txt", "not-an-image")
    assert client.post("/explain?model=among", files=files[1:]).status_code == 422
    assert client.post("/explain?model=nobody", files=files[:1]).json()["code"] == "model-not-found"


def test_pixels_are_what_a_network_sees(client, picture: bytes):
    answer = client.post("/pixels", content=picture, headers={"Content-Type": "image/png"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    seen = Image.open(io.BytesIO(answer.content))
    assert (seen.size, seen.mode) == ((64, 64), "RGB")
    two = [("file", ("a.png", picture)), ("file", ("b.png", picture))]
    assert client.post("/pixels", files=two).json()["errors"][0]["pointer"] == "/file"
    assert client.post("/pixels", files={"file": ("a.txt", b"text")}).json()["code"] == "not-an-image"
