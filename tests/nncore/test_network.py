"""Forward and back-propagation against a worked example and finite differences."""

from itertools import pairwise

import numpy as np
import pytest

from nncore.activations import ACTIVATIONS
from nncore.network import BLOCK, Network


def random_network(*, sizes, activation, lanes=1, seed=0, dtype="float64"):
    random = np.random.default_rng(seed)
    pairs = list(pairwise(sizes))
    weights = [random.normal(size=(lanes, units, inputs)).astype(dtype) for inputs, units in pairs]
    biases = [random.normal(size=(lanes, units, 1)).astype(dtype) for _, units in pairs]
    return Network.from_arrays(weights, biases, activation=activation)


def cost_of(network, X, targets):
    return network.loss.costs(network.forward(X).logits, targets).mean(axis=1)


def test_forward_of_a_network_worked_by_hand():
    network = Network.from_arrays(
        [np.array([[[1.0, -2.0], [0.5, 1.0]]]), np.array([[[2.0, -1.0]]])],
        [np.array([[[0.5], [0.0]]]), np.array([[[0.25]]])],
        activation="relu",
    )
    passed = network.forward(np.array([[1.0, 1.0], [3.0, 1.0]]))
    np.testing.assert_array_equal(passed.activations[0][0], [[0.0, 1.5], [1.5, 2.5]])
    np.testing.assert_array_equal(passed.logits[0], [[-1.25, 0.75]])


@pytest.mark.parametrize("masked", [False, True])
def test_rooms_that_are_used_again_change_nothing(masked):
    network = random_network(sizes=(6, 5, 4, 1), activation="tanh", lanes=2)
    random = np.random.default_rng(5)
    rooms = network.rooms(9)
    for _ in range(2):
        X, masks = random.uniform(size=(9, 6)), [2.0 * (random.random((2, units, 9)) > 0.5) for units in (5, 4)]
        masks = masks if masked else None
        passed, fresh = network.forward(X, masks=masks, rooms=rooms), network.forward(X, masks=masks)
        assert passed.inputs is rooms
        for mine, other in zip([*passed.inputs, *passed.activations], [*fresh.inputs, *fresh.activations], strict=True):
            np.testing.assert_array_equal(mine, other)
            assert not np.shares_memory(mine, other)
        np.testing.assert_array_equal(passed.logits, fresh.logits)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_agree_with_finite_differences(activation, classes):
    sizes = (6, 5, 4, 1 if classes == 2 else classes)
    network = random_network(sizes=sizes, activation=activation, lanes=2, seed=4)
    random = np.random.default_rng(1)
    X, labels = random.uniform(size=(9, 6)), random.integers(0, classes, 9)
    targets = network.loss.targets(labels, classes=classes)

    passed = network.forward(X)
    gradients = network.parameters.zeros_like()
    dZ = network.loss.gradients(passed.logits, targets) / len(X)
    network.backward(passed, dZ, X, gradients=gradients)

    for array, gradient in zip(network.parameters.arrays, gradients.arrays, strict=True):
        np.testing.assert_allclose(gradient, numerical_gradient(network, array, X, targets), rtol=1e-7, atol=1e-9)


def numerical_gradient(network, array, X, targets, step=1e-5):
    numerical = np.empty_like(array)
    for index in np.ndindex(array.shape[1:]):
        place = (slice(None), *index)
        value = array[place].copy()
        array[place] = value + step
        above = cost_of(network, X, targets)
        array[place] = value - step
        below = cost_of(network, X, targets)
        array[place] = value
        numerical[place] = (above - below) / (2 * step)
    return numerical


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sizes", [(12288, 5, 5, 1), (300, 2 * BLOCK + 3, 3), (77, 1)])
def test_an_answer_has_the_same_bits_in_any_company(sizes, dtype):
    network = random_network(sizes=sizes, activation="tanh", lanes=3, dtype=dtype)
    X = np.random.default_rng(2).uniform(size=(70, sizes[0])).astype(dtype)
    together = network.probabilities(X)
    order = np.random.default_rng(3).permutation(len(X))
    np.testing.assert_array_equal(network.probabilities(X[order]), together[:, order])
    for count in (1, 2, 3, 16, 17):
        np.testing.assert_array_equal(network.probabilities(X[:count]), together[:, :count])
    np.testing.assert_array_equal(network.probabilities(np.asfortranarray(X)), together)
    rtol, atol = (1e-4, 1e-4) if dtype == "float32" else (1e-10, 1e-11)
    np.testing.assert_allclose(network.logits(X), network.forward(X).logits, rtol=rtol, atol=atol)


def test_prediction_does_not_change_the_network():
    network = random_network(sizes=(8, 3, 1), activation="relu")
    before = [array.copy() for array in network.parameters.arrays]
    network.probabilities(np.ones((20, 8)))
    for array, copy in zip(network.parameters.arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
