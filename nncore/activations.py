"""The activation functions and their derivatives.

Each works on arrays of any shape. A function may write its result over its input (`out=Z`); a derivative is written in
terms of the function's own output A, so that back-propagation needs to keep A alone and not Z beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nncore.arrays import Array

LEAK = 0.01  # the slope of leaky ReLU for negative inputs, as in the series


@dataclass(frozen=True)
class Activation:
    """A function of Z, and its derivative dA/dZ as a function of A."""

    function: Callable[..., Array]
    derivative: Callable[[Array], Array]


@np.errstate(over="ignore")  # exp(-Z) may be infinite: one over it is the 0 that is right
def sigmoid(Z: Array, *, out: Array | None = None) -> Array:
    """Return 1 / (1 + exp(-Z))."""
    A = np.exp(np.negative(Z, out=out), out=out)
    A += 1
    return np.reciprocal(A, out=A)


def sigmoid_derivative(A: Array) -> Array:
    """Return A (1 - A)."""
    return A - A * A


def tanh(Z: Array, *, out: Array | None = None) -> Array:
    """Return the hyperbolic tangent of Z."""
    return np.tanh(Z, out=out)


def tanh_derivative(A: Array) -> Array:
    """Return 1 - A^2."""
    return 1 - A * A


def relu(Z: Array, *, out: Array | None = None) -> Array:
    """Return Z where it is positive and 0 elsewhere."""
    return np.maximum(Z, 0, out=out)


def relu_derivative(A: Array) -> Array:
    """Return 1 where A is positive and 0 elsewhere."""
    return np.sign(A)  # A is never negative; faster than a comparison and a cast


def leaky_relu(Z: Array, *, out: Array | None = None) -> Array:
    """Return Z where it is positive and a hundredth of it elsewhere."""
    return np.maximum(Z, LEAK * Z, out=out)


def leaky_relu_derivative(A: Array) -> Array:
    """Return 1 where A is positive and 0.01 elsewhere."""
    return np.where(A > 0, A.dtype.type(1), A.dtype.type(LEAK))


ACTIVATIONS = {
    "sigmoid": Activation(function=sigmoid, derivative=sigmoid_derivative),
    "tanh": Activation(function=tanh, derivative=tanh_derivative),
    "relu": Activation(function=relu, derivative=relu_derivative),
    "leaky_relu": Activation(function=leaky_relu, derivative=leaky_relu_derivative),
}
