import io

import numpy as np
import pytest
from PIL import Image

from nncore.sample_images import draw


@pytest.fixture(scope="module")
def picture() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(draw(1, seed=9)[0][0]).save(buffer, format="PNG")
    return buffer.getvalue()


@pytest.fixture
def forward(client, train, ended, picture: bytes):
    ended(train(model="walked", epochs=5, hidden_layers=[4, 3], activation="tanh", initializer="he"))

    def forward(**query: str):
        return client.post("/forward", params={"model": "walked"} | query, files={"file": ("a.png", picture)})

    return forward


def test_every_layer_tells_its_arrays_both_ways(forward):
    answer = forward(truth="dark").json()
    assert answer["inputs"]["shape"] == [1, 12288]
    shapes = [{each["name"]: each["shape"] for each in layer["forward"]} for layer in answer["layers"]]
    assert shapes == [
        {"W1": [4, 12288], "b1": [4, 1], "A1": [4, 1]},
        {"W2": [3, 4], "b2": [3, 1], "A2": [3, 1]},
        {"W3": [1, 3], "b3": [1, 1], "Z3": [1, 1]},
    ]
    assert [[each["name"] for each in layer["backward"]] for layer in answer["layers"]] == [
        ["dZ1", "dW1"], ["dZ2", "dW2"], ["dZ3", "dW3"]
    ]  # fmt: skip


def test_the_numbers_are_those_of_the_formulas(forward, client, picture: bytes):
    answer = forward(truth="dark").json()
    (_, second, last) = [
        {each["name"]: each["values"] for each in layer["forward"] + layer["backward"]} for layer in answer["layers"]
    ]
    logit = np.dot(last["W3"], second["A2"]) + last["b3"][0]
    assert last["Z3"][0] == pytest.approx(logit)
    assert last["dZ3"][0] == pytest.approx(1 / (1 + np.exp(-logit)))  # sigmoid(z) - 0: dark is the first class
    assert answer["cost"] == pytest.approx(np.log1p(np.exp(logit)))
    assert second["dZ2"] == pytest.approx(np.array(last["W3"]) * last["dZ3"] * (1 - np.square(second["A2"])))
    predicted = client.post("/predict?model=walked", files={"file": ("a.png", picture)}).json()["predictions"][0]
    assert answer["probabilities"] == pytest.approx(predicted["probabilities"])


def test_a_class_that_the_model_does_not_know(forward):
    answer = forward(truth="red")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/truth")
    assert forward().json()["truth"] == forward().json()["label"]
