"""A trained model as one file of Python that needs NumPy alone."""

import base64
from string import Template

from app.exports.array_archive import packed
from nncore.activations import LEAK
from nncore.normalization import WHITE
from nncore.parameter_file import ParameterFile, arrays

PROGRAM = Template('''\
"""A model of nncore: probabilities(images) says how probable each of CLASSES is. It needs NumPy alone."""

import base64
import io

import numpy as np

CLASSES = $classes


def probabilities(images):
    """Return the probability of each class, of shape (n, classes), for uint8 images of shape (n, 64, 64, 3)."""
    X = np.asarray(images).reshape(len(images), $inputs).astype("$dtype")
    A = ($normalized).T
    for layer in range(1, $layers):
        Z = PARAMETERS[f"parameters/W{layer}"] @ A + PARAMETERS[f"parameters/b{layer}"]
        A = $activated
    Z = PARAMETERS["parameters/W$layers"] @ A + PARAMETERS["parameters/b$layers"]
    P = $answered
    return P$mean.T


def sigmoid(Z):
    """Return 1 / (1 + exp(-Z))."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-Z))


def softmax(Z):
    """Return exp(Z) over its sum over the classes."""
    exponentials = np.exp(Z - Z.max(axis=-2, keepdims=True))
    return exponentials / exponentials.sum(axis=-2, keepdims=True)


PARAMETERS = dict(np.load(io.BytesIO(base64.b64decode("$parameters"))))
''')
NORMALIZED = {
    "scale": f"X / {WHITE}",
    "standardize": '(X - PARAMETERS["normalization/mean"].astype(X.dtype))'
    ' / PARAMETERS["normalization/deviation"].astype(X.dtype)',
    "none": "X",
}
ACTIVATED = {
    "sigmoid": "sigmoid(Z)",
    "tanh": "np.tanh(Z)",
    "relu": "np.maximum(Z, 0)",
    "leaky_relu": f"np.maximum(Z, {LEAK} * Z)",
}


def numpy_program(file: ParameterFile) -> str:
    """Return the source of a module with CLASSES and probabilities(images)."""
    network = file.model.network
    is_binary = len(file.classes) == 2
    return PROGRAM.substitute(
        classes=ascii(file.classes),
        inputs=network.layer_sizes[0],
        dtype=network.parameters.rest.dtype.name,
        normalized=NORMALIZED[file.model.normalization.kind],
        layers=len(network.weights),
        activated=ACTIVATED[network.activation],
        answered="np.concatenate([sigmoid(-Z), sigmoid(Z)], axis=-2)" if is_binary else "softmax(Z)",
        mean=".mean(axis=0)" if network.lanes > 1 else "",
        parameters=base64.b64encode(packed(arrays(file.model))).decode(),
    )
