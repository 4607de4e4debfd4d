"""Take one picture through a network and back, and tell what every layer makes of it."""

from collections.abc import Sequence

import numpy as np

from app.errors import InvalidRequest
from app.images import Picture
from app.schemas.forward import ArraySummary, ForwardAnswer, LayerPass
from app.services.predict import Seen
from app.services.served_models import ServedModel
from app.services.single_picture import single_picture
from nncore.arrays import Array
from nncore.network import Forward, Network
from nncore.parameters import Parameters

SHOWN_VALUES = 12


def propagate_picture(files: Sequence[Seen], *, found: ServedModel, truth: str | None) -> ForwardAnswer:
    """Return the arrays of forward and back-propagation, layer by layer, of a model's first member.

    Gradients are those of the cost for the class `truth`; without it, for the class that is predicted. Raises the error
    of a file that is no picture, and InvalidRequest for several pictures or a class that the model does not know.
    """
    return _propagate(single_picture(files), found, truth=truth)


def _propagate(picture: Picture, found: ServedModel, *, truth: str | None) -> ForwardAnswer:
    classes = found.version.classes
    network = found.model.network.keep(np.array([0]))
    X = found.model.inputs(picture.pixels[None])
    batch = network.first_layer.others(X)
    passed = network.forward(batch)
    probabilities = network.loss.probabilities(passed.logits)[0, :, 0]
    label = _label(truth, classes) if truth is not None else int(probabilities.argmax())
    targets = network.loss.targets(np.array([label]), classes=len(classes))
    gradients = network.parameters.zeros_like()
    dZ = network.loss.gradients(passed.logits, targets)
    network.backward(passed, dZ, batch, gradients=gradients)
    return ForwardAnswer(
        model=found.reference,
        label=classes[int(probabilities.argmax())],
        truth=classes[label],
        cost=float(network.loss.costs(passed.logits, targets)[0, 0]),
        activation=network.activation,
        inputs=_summary("X", X),
        layers=_layers(network, passed, gradients),
        probabilities=dict(zip(classes, probabilities.tolist(), strict=True)),
    )


def _label(truth: str, classes: list[str]) -> int:
    if truth not in classes:
        detail = f"the model has no class {truth!r}, but {', '.join(classes)}"
        raise InvalidRequest.at("/query/truth", detail)
    return classes.index(truth)


def _layers(network: Network, passed: Forward, gradients: Parameters) -> list[LayerPass]:
    """With one image, the gradient of a layer's biases is its dZ."""
    weights, dW = ([each.first, *each.weights] for each in (network.parameters, gradients))
    outputs = [*passed.activations, passed.logits]
    return [
        LayerPass(
            layer=layer,
            forward=[
                _summary(f"W{layer}", weights[layer - 1][0]),
                _summary(f"b{layer}", network.biases[layer - 1][0]),
                _summary(f"{'A' if layer < len(outputs) else 'Z'}{layer}", outputs[layer - 1][0]),
            ],
            backward=[
                _summary(f"dZ{layer}", gradients.biases[layer - 1][0]),
                _summary(f"dW{layer}", dW[layer - 1][0]),
            ],
        )
        for layer in range(1, len(outputs) + 1)
    ]


def _summary(name: str, array: Array) -> ArraySummary:
    return ArraySummary(
        name=name,
        shape=list(array.shape),
        values=array.ravel()[:SHOWN_VALUES].tolist(),
        smallest=float(array.min()),
        largest=float(array.max()),
        mean=float(array.mean(dtype=np.float64)),
    )
