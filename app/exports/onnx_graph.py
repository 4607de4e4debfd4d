"""A trained model as an ONNX graph, from uint8 pixels to probabilities: https://onnx.ai/onnx/operators/."""

import json
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from app.images import IMAGE_SHAPE
from nncore.activations import LEAK
from nncore.normalization import WHITE, Normalization
from nncore.parameter_file import ParameterFile

OPSET = 17  # with this version of the file format, all of onnxruntime since 1.12 reads the graph
IR_VERSION = 8
NOT_EXPORTED = "golden_pictures"  # they prove the way from a file to pixels, and the graph begins at pixels


def onnx_graph(file: ParameterFile) -> bytes:
    """Return an ONNX model with the input `image`, uint8 of shape (n, 64, 64, 3), and two outputs.

    They are `probabilities` (n, classes), of the dtype that the network was trained in, and `label` (n), the names of
    the most probable classes.
    """
    graph = _Graph(file.model.network.parameters.rest.dtype)
    _add_normalization(graph, file.model.normalization)
    _add_layers(graph, file)
    _add_answer(graph, file)
    kind = helper.np_dtype_to_tensor_dtype(graph.dtype)
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", *IMAGE_SHAPE])
    probabilities = helper.make_tensor_value_info("probabilities", kind, ["n", len(file.classes)])
    label = helper.make_tensor_value_info("label", TensorProto.STRING, ["n"])
    made = helper.make_graph(graph.nodes, "nncore", [image], [probabilities, label], graph.constants)
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="nncore"
    )
    helper.set_model_props(model, _metadata(file))
    checker.check_model(model)
    return bytes(model.SerializeToString())


class _Graph:
    """Nodes in a row: each works on what the one before it answered, and on constants."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.last = "image"

    def constant(self, name: str, value: Any, *, dtype: Any = None) -> str:
        """Add a constant, of the network's dtype if nothing else is said, and return its name."""
        array = np.ascontiguousarray(value, dtype=dtype or self.dtype)
        self.constants.append(numpy_helper.from_array(array.reshape(np.shape(value)), name))
        return name

    def add(self, operator: str, *others: str, answer: str, **attributes: Any) -> None:
        """Add a node and name what it answers."""
        self.node(operator, [self.last, *others], answer=answer, **attributes)
        self.last = answer

    def node(self, operator: str, inputs: list[str], *, answer: str, **attributes: Any) -> None:
        """Add a node beside the row."""
        self.nodes.append(helper.make_node(operator, inputs, [answer], **attributes))


def _add_normalization(graph: _Graph, normalization: Normalization) -> None:
    graph.add("Flatten", answer="pixels", axis=1)
    graph.add("Cast", answer="numbers", to=helper.np_dtype_to_tensor_dtype(graph.dtype))
    if normalization.kind == "scale":
        graph.add("Div", graph.constant("white", WHITE), answer="X")
    elif normalization.kind == "standardize":
        graph.add("Sub", graph.constant("mean", normalization.mean), answer="centred")
        graph.add("Div", graph.constant("deviation", normalization.deviation), answer="X")


def _add_layers(graph: _Graph, file: ParameterFile) -> None:
    """Add Z = A W^T + b of each layer, with images as rows and members in front: (members, n, units)."""
    network = file.model.network
    for layer, (W, b) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
        graph.add("MatMul", graph.constant(f"W{layer}", W.mT), answer=f"WA{layer}")
        graph.add("Add", graph.constant(f"b{layer}", b.mT), answer=f"Z{layer}")
        if layer < len(network.weights):
            _add_activation(graph, network.activation, layer=layer)


def _add_activation(graph: _Graph, activation: str, *, layer: int) -> None:
    if activation != "leaky_relu":
        graph.add({"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu"}[activation], answer=f"A{layer}")
        return
    Z = graph.last  # the operator LeakyRelu is not there for float64 in onnxruntime
    graph.add("Mul", graph.constant(f"leak{layer}", LEAK), answer=f"leaked{layer}")
    graph.add("Max", Z, answer=f"A{layer}")


def _add_answer(graph: _Graph, file: ParameterFile) -> None:
    if len(file.classes) == 2:
        Z = graph.last
        graph.add("Neg", answer="against")
        graph.add("Concat", Z, answer="logits", axis=2)
        graph.add("Sigmoid", answer="members")
    else:
        graph.add("Softmax", answer="members", axis=2)
    graph.add("ReduceMean", answer="probabilities", axes=[0], keepdims=0)
    names = graph.constant("classes", np.array(file.classes, dtype=object), dtype=object)
    graph.node("ArgMax", ["probabilities"], answer="number", axis=1, keepdims=0)
    graph.node("Gather", [names, "number"], answer="label")


def _metadata(file: ParameterFile) -> dict[str, str]:
    preprocessing = {name: value for name, value in file.preprocessing.items() if name != NOT_EXPORTED}
    described = {"classes": file.classes, "preprocessing": preprocessing, "dataset": file.dataset}
    return {name: json.dumps(value) for name, value in described.items()}
