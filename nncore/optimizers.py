"""From gradients to the next parameters.

A step changes the parameters in place and may use the gradients as scratch. It works on both arrays of Parameters, so
it knows nothing of layers. Each lane has its own learning rate and momentum. An optimizer whose step is a combination
of past gradients is `linear`: it also trains in sample space.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from nncore.arrays import Array, Indices
from nncore.parameters import Parameters

BLOCK = 131_072  # bytes of each array that Adam and RMSprop work on at a time: their many passes stay in the cache


@dataclass(frozen=True)
class Constants:
    """What an optimizer may need beside the learning rate; momenta are of shape (lanes,)."""

    momenta: Array = field(default_factory=lambda: np.zeros(1))
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8


class Optimizer(Protocol):
    """What training asks of an optimizer."""

    memory: list[Parameters]  # what it remembers of past gradients
    steps: int  # how many it has taken, where a step depends on that

    def step(self, parameters: Parameters, gradients: Parameters, *, learning_rates: Array) -> None:
        """Change the parameters in place; learning_rates is of shape (lanes,)."""

    def keep(self, lanes: Indices) -> None:
        """Forget all other lanes."""


class GradientDescent:
    """W = W - rate g."""

    steps = 0

    def __init__(self, parameters: Parameters, constants: Constants) -> None:  # noqa: ARG002, the others need them
        self.memory: list[Parameters] = []

    def step(self, parameters: Parameters, gradients: Parameters, *, learning_rates: Array) -> None:
        """Take one step down the gradient."""
        for array, gradient in zip(parameters.arrays, gradients.arrays, strict=True):
            np.multiply(gradient, per_lane(learning_rates, gradient), out=gradient)
            np.subtract(array, gradient, out=array)

    def keep(self, lanes: Indices) -> None:
        """Nothing is remembered of any lane."""


class Momentum:
    """v = momentum v + g, W = W - rate v (Polyak, 1964)."""

    steps = 0

    def __init__(self, parameters: Parameters, constants: Constants) -> None:
        self.memory = [parameters.zeros_like()]
        self._momenta = constants.momenta

    def step(self, parameters: Parameters, gradients: Parameters, *, learning_rates: Array) -> None:
        """Take one step along the velocity."""
        arrays = zip(parameters.arrays, gradients.arrays, self.memory[0].arrays, strict=True)
        for array, gradient, velocity in arrays:
            momenta = per_lane(self._momenta, velocity)
            np.multiply(velocity, momenta, out=velocity)
            np.add(velocity, gradient, out=velocity)
            step = self._direction(gradient, velocity, momenta)
            step *= per_lane(learning_rates, step)
            np.subtract(array, step, out=array)

    def keep(self, lanes: Indices) -> None:
        """Forget the other lanes' velocities."""
        self.memory = [velocity.keep(lanes) for velocity in self.memory]
        self._momenta = self._momenta[lanes]

    def _direction(self, gradient: Array, velocity: Array, momenta: Array) -> Array:  # noqa: ARG002, Nesterov needs them
        np.copyto(gradient, velocity)
        return gradient


class Nesterov(Momentum):
    """v = momentum v + g, W = W - rate (g + momentum v) (Nesterov, 1983, as Sutskever et al. write it, 2013)."""

    def _direction(self, gradient: Array, velocity: Array, momenta: Array) -> Array:
        gradient += momenta * velocity
        return gradient


class RMSprop:
    """v = beta2 v + (1 - beta2) g^2, W = W - rate g / (sqrt(v) + epsilon) (Hinton, 2012).

    What is remembered is v / (1 - beta2), which takes in a square without a multiplication: W = W - rate' g /
    (sqrt(v') + epsilon'), each less by the same factor.
    """

    steps = 0

    def __init__(self, parameters: Parameters, constants: Constants) -> None:
        self.memory = [parameters.zeros_like()]
        self._constants = constants

    def step(self, parameters: Parameters, gradients: Parameters, *, learning_rates: Array) -> None:
        """Take one step, block by block."""
        beta2 = self._constants.beta2
        root = (1 - beta2) ** 0.5
        rates, epsilon = learning_rates / root, self._constants.epsilon / root
        for array, gradient, squares in blocks(parameters, gradients, *self.memory):
            np.multiply(squares, beta2, out=squares)
            np.add(squares, gradient * gradient, out=squares)
            divisor = np.sqrt(squares)
            divisor += epsilon
            step = np.divide(gradient, divisor, out=gradient)
            step *= per_lane(rates, step)
            np.subtract(array, step, out=array)

    def keep(self, lanes: Indices) -> None:
        """Forget the other lanes' squares."""
        self.memory = [squares.keep(lanes) for squares in self.memory]


class Adam:
    """Mean and square of past gradients, each less its bias to zero (Kingma and Ba, 2015, algorithm 1).

    What is remembered is m / (1 - beta1) and v / (1 - beta2), which take in a gradient without a multiplication; both
    factors, and those of the biases, go into the rate and epsilon. A step is bound by its passes over the memory.
    """

    def __init__(self, parameters: Parameters, constants: Constants) -> None:
        self.memory = [parameters.zeros_like(), parameters.zeros_like()]
        self.steps = 0
        self._constants = constants

    def step(self, parameters: Parameters, gradients: Parameters, *, learning_rates: Array) -> None:
        """Take one step, block by block."""
        self.steps += 1
        beta1, beta2 = self._constants.beta1, self._constants.beta2
        root = ((1 - beta2) / (1 - beta2**self.steps)) ** 0.5
        rates = learning_rates * ((1 - beta1) / (1 - beta1**self.steps) / root)
        epsilon = self._constants.epsilon / root
        for array, gradient, means, squares in blocks(parameters, gradients, *self.memory):
            np.multiply(means, beta1, out=means)
            np.add(means, gradient, out=means)
            np.multiply(gradient, gradient, out=gradient)
            np.multiply(squares, beta2, out=squares)
            np.add(squares, gradient, out=squares)
            step = np.sqrt(squares, out=gradient)
            step += epsilon
            np.divide(means, step, out=step)
            step *= per_lane(rates, step)
            np.subtract(array, step, out=array)

    def keep(self, lanes: Indices) -> None:
        """Forget the other lanes' means and squares."""
        self.memory = [memory.keep(lanes) for memory in self.memory]


def per_lane(values: Array, array: Array) -> Array:
    """Return values of shape (lanes,) so that they multiply an array of shape (lanes, ...)."""
    if len(values) == 1:
        return values.reshape(())  # a number, which is multiplied with in half the time
    return values.reshape(-1, *[1] * (array.ndim - 1))


def blocks(*many: Parameters) -> Iterator[tuple[Array, ...]]:
    """Yield the same numbers of several Parameters, as views (lanes, m) of about BLOCK bytes."""
    for arrays in zip(*(parameters.arrays for parameters in many), strict=True):
        flat = [array.reshape(len(array), -1) for array in arrays]
        lanes, size = flat[0].shape
        width = max(1, BLOCK // (lanes * flat[0].itemsize))
        for start in range(0, size, width):
            yield tuple(array[:, start : start + width] for array in flat)


OPTIMIZERS: dict[str, Callable[[Parameters, Constants], Optimizer]] = {
    "gradient_descent": GradientDescent,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSprop,
    "adam": Adam,
}
LINEAR = ("gradient_descent", "momentum", "nesterov")  # steps that are combinations of past gradients
