"""Distance from the floor.

The epoch of the series' network in sample space, as the bare NumPy calls that it cannot do without: one lane, arrays
of two dimensions, all of them allocated before, nothing checked, nothing recorded. `products and activations` are the
n x n product, the small products, and the activation functions with their derivatives; `whole epoch` has the biases,
the gradient of the cost and the steps too, and trains. Beside them an epoch of nncore: the time of a training of 3,000
epochs, over 3,000.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.images import cats
from benchmarks.measure import Contender, blas_threads, seconds, take_turns, times, verdict
from benchmarks.series import EPOCHS, SERIES
from nncore import Hyperparameters, Training
from nncore.arrays import DTYPES, Array

RATE = 0.03


class BareEpoch:
    """The numbers of one network, and the room for all that an epoch computes."""

    def __init__(self, X: Array, y: Array) -> None:
        """Draw 12288-5-5-1 and compute K."""
        random, n, dtype = np.random.RandomState(1), len(X), X.dtype
        W1 = (random.randn(5, X.shape[1]) * 0.01).astype(dtype)
        self.W2, self.W3 = ((random.randn(*shape) * 0.01).astype(dtype) for shape in ((5, 5), (1, 5)))
        self.b1, self.b2, self.b3 = (np.zeros((units, 1), dtype=dtype) for units in (5, 5, 1))
        self.K, self.start, self.C = X @ X.T, W1 @ X.T, np.zeros((5, n), dtype=dtype)
        self.y, self.share = y.astype(dtype)[np.newaxis], dtype.type(1 / n)
        self.A1, self.A2, self.dZ1, self.dZ2 = (np.empty((5, n), dtype=dtype) for _ in range(4))
        self.dZ3 = np.empty((1, n), dtype=dtype)
        self.dW2, self.dW3 = np.empty_like(self.W2), np.empty_like(self.W3)
        self.db1, self.db2, self.db3 = (np.empty_like(b) for b in (self.b1, self.b2, self.b3))

    def products_and_activations(self) -> None:
        """Call what the bar names, and nothing else."""
        np.matmul(self.C, self.K, out=self.A1)
        np.maximum(self.A1, 0, out=self.A1)
        np.matmul(self.W2, self.A1, out=self.A2)
        np.maximum(self.A2, 0, out=self.A2)
        np.matmul(self.W3, self.A2, out=self.dZ3)
        self._sigmoid()
        np.matmul(self.dZ3, self.A2.T, out=self.dW3)
        np.multiply(self.W3.T, self.dZ3, out=self.dZ2)
        self._derivative(self.A2, self.dZ2)
        np.matmul(self.dZ2, self.A1.T, out=self.dW2)
        np.matmul(self.W2.T, self.dZ2, out=self.dZ1)
        self._derivative(self.A1, self.dZ1)

    def whole(self) -> None:
        """Train for an epoch."""
        np.matmul(self.C, self.K, out=self.A1)
        np.add(self.A1, self.start, out=self.A1)
        np.add(self.A1, self.b1, out=self.A1)
        np.maximum(self.A1, 0, out=self.A1)
        np.matmul(self.W2, self.A1, out=self.A2)
        np.add(self.A2, self.b2, out=self.A2)
        np.maximum(self.A2, 0, out=self.A2)
        np.matmul(self.W3, self.A2, out=self.dZ3)
        np.add(self.dZ3, self.b3, out=self.dZ3)
        self._sigmoid()
        np.subtract(self.dZ3, self.y, out=self.dZ3)
        np.multiply(self.dZ3, self.share, out=self.dZ3)
        np.add.reduce(self.dZ3, axis=1, keepdims=True, out=self.db3)
        np.matmul(self.dZ3, self.A2.T, out=self.dW3)
        np.multiply(self.W3.T, self.dZ3, out=self.dZ2)
        self._derivative(self.A2, self.dZ2)
        np.add.reduce(self.dZ2, axis=1, keepdims=True, out=self.db2)
        np.matmul(self.dZ2, self.A1.T, out=self.dW2)
        np.matmul(self.W2.T, self.dZ2, out=self.dZ1)
        self._derivative(self.A1, self.dZ1)
        np.add.reduce(self.dZ1, axis=1, keepdims=True, out=self.db1)
        for array, gradient in (
            (self.C, self.dZ1),
            (self.W2, self.dW2),
            (self.W3, self.dW3),
            (self.b1, self.db1),
            (self.b2, self.db2),
            (self.b3, self.db3),
        ):
            np.multiply(gradient, RATE, out=gradient)
            np.subtract(array, gradient, out=array)

    def _sigmoid(self) -> None:
        np.negative(self.dZ3, out=self.dZ3)
        np.exp(self.dZ3, out=self.dZ3)
        np.add(self.dZ3, 1, out=self.dZ3)
        np.reciprocal(self.dZ3, out=self.dZ3)

    def _derivative(self, A: Array, dA: Array) -> None:
        np.sign(A, out=A)
        np.multiply(dA, A, out=dA)


def rows() -> list[dict[str, str]]:
    """Time both floors and nncore, in both dtypes, with one thread."""
    images, labels = cats()
    table = []
    for dtype in DTYPES:
        X = (images.reshape(len(images), -1) / 255).astype(dtype)
        bare = BareEpoch(X, labels)
        hyperparameters = Hyperparameters.from_json(SERIES.to_json() | {"dtype": dtype})
        start = partial(Training, images, labels, classes=2, hyperparameters=hyperparameters)
        contenders = [
            Contender("products and activations", partial(repeat, bare.products_and_activations), whole=1 / EPOCHS),
            Contender("whole epoch", partial(repeat, bare.whole), whole=1 / EPOCHS),
            Contender("nncore", partial(finish, start), whole=1 / EPOCHS),
        ]
        with blas_threads(1):
            measured = take_turns(contenders, rounds=9)
        line = {"dtype": dtype} | {one.name: seconds(measured.of(one.name)) for one in contenders}
        for floor in ("products and activations", "whole epoch"):
            ratio = measured.ratio("nncore", to=floor)
            line[f"nncore to {floor}"] = f"{times(ratio)}, {verdict(ratio, most=2)}"
        table.append(line)
    return table


def repeat(call: Callable[[], None]) -> None:
    """Call as often as there are epochs."""
    for _ in range(EPOCHS):
        call()


def finish(start: Callable[[], Training]) -> None:
    """Train to the end."""
    for _ in start():
        pass
