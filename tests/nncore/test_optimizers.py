"""The steps of the optimizers, against numbers worked by hand and plain loops."""

import numpy as np
import pytest

from nncore import optimizers
from nncore.optimizers import OPTIMIZERS, Constants, GradientDescent, Momentum, Nesterov
from nncore.parameters import Parameters


def one_parameter(lanes=1):
    return Parameters.zeros(first=np.ones((lanes, 1, 1)), layer_sizes=(1, 1))


def test_gradient_descent_steps_each_lane_at_its_own_rate():
    parameters = Parameters.zeros(first=np.full((2, 1, 2), 1.0), layer_sizes=(2, 1))
    gradients = parameters.zeros_like()
    gradients.first[...] = [[[2.0, -4.0]], [[2.0, -4.0]]]
    gradients.biases[0][...] = 1.0
    GradientDescent(parameters, Constants()).step(parameters, gradients, learning_rates=np.array([0.5, 0.25]))
    np.testing.assert_array_equal(parameters.first, [[[0.0, 3.0]], [[0.5, 2.0]]])
    np.testing.assert_array_equal(parameters.biases[0], [[[-0.5]], [[-0.25]]])


@pytest.mark.parametrize(("kind", "expected"), [(Momentum, [0.5, -0.25]), (Nesterov, [0.25, -0.625])])
def test_two_steps_with_momentum(kind, expected):
    parameters = one_parameter()
    optimizer = kind(parameters, Constants(momenta=np.array([0.5])))
    for wanted in expected:
        gradients = parameters.zeros_like()
        gradients.first[...] = 1.0
        optimizer.step(parameters, gradients, learning_rates=np.array([0.5]))
        assert parameters.first[0, 0, 0] == wanted


def plain_rmsprop(w, gradients, rate):
    v = 0.0
    for g in gradients:
        v = 0.999 * v + 0.001 * g**2
        w = w - rate * g / (np.sqrt(v) + 1e-8)
    return w


def plain_adam(w, gradients, rate):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w


@pytest.mark.parametrize(("name", "plain"), [("rmsprop", plain_rmsprop), ("adam", plain_adam)])
def test_block_by_block_is_the_formula_of_the_paper(name, plain, monkeypatch):
    monkeypatch.setattr(optimizers, "BLOCK", 64)
    random = np.random.default_rng(0)
    first = random.normal(size=(2, 3, 7))
    parameters = Parameters.zeros(first=first.copy(), layer_sizes=(7, 3, 1))
    steps = random.normal(size=(5, 2, 3, 7))
    optimizer = OPTIMIZERS[name](parameters, Constants())
    rates = np.array([0.1, 0.2])
    for step in steps:
        gradients = parameters.zeros_like()
        gradients.first[...] = step
        optimizer.step(parameters, gradients, learning_rates=rates)
    for lane, rate in enumerate(rates):
        np.testing.assert_allclose(parameters.first[lane], plain(first[lane], steps[:, lane], rate), rtol=1e-10)
    assert not parameters.rest.any()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_kept_lanes_go_on_as_before(name):
    both, alone = one_parameter(lanes=2), one_parameter()
    steps = [
        OPTIMIZERS[name](parameters, Constants(momenta=np.full(len(parameters.rest), 0.9)))
        for parameters in (both, alone)
    ]
    for turn in range(3):
        if turn == 2:
            steps[0].keep(np.array([1]))
            both = both.keep(np.array([1]))
        for parameters, optimizer in ((both, steps[0]), (alone, steps[1])):
            gradients = parameters.zeros_like()
            gradients.first[...] = turn + 1.0
            optimizer.step(parameters, gradients, learning_rates=np.full(len(parameters.rest), 0.1))
    np.testing.assert_array_equal(both.first, alone.first)
