"""The graph answers in onnxruntime as the model does in nncore."""

import json
from pathlib import Path

import numpy as np
import onnxruntime

from app.exports.onnx_graph import onnx_graph
from nncore import parameter_file


def test_it_answers_as_the_model_does(path: Path, images: np.ndarray):
    read = parameter_file.read(path)
    session = onnxruntime.InferenceSession(onnx_graph(read), providers=["CPUExecutionProvider"])

    probabilities, label = session.run(["probabilities", "label"], {"image": images})

    expected = read.model.probabilities(images)
    assert np.ptp(expected[:, 0]) > 0.01
    np.testing.assert_allclose(probabilities, expected, rtol=0, atol=1e-6, strict=True)
    assert label.tolist() == [read.classes[number] for number in expected.argmax(axis=1)]
    assert [answer.shape for answer in session.run(None, {"image": images[:1]})] == [(1, len(read.classes)), (1,)]


def test_its_face_and_what_it_tells_of_itself(write):
    read = parameter_file.read(write("relu", "scale", 3, 1, "float64"))
    session = onnxruntime.InferenceSession(onnx_graph(read), providers=["CPUExecutionProvider"])

    ports = [(port.name, port.type, port.shape) for port in session.get_inputs() + session.get_outputs()]
    told = session.get_modelmeta().custom_metadata_map
    assert ports == [
        ("image", "tensor(uint8)", ["n", 64, 64, 3]),
        ("probabilities", "tensor(double)", ["n", 3]),
        ("label", "tensor(string)", ["n"]),
    ]
    assert json.loads(told["classes"]) == read.classes
    assert json.loads(told["preprocessing"]) == {"depth": 8}
