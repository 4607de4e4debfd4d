"""The costs against hand-worked numbers and finite differences, and at logits that would break a naive formula."""

import numpy as np
import pytest

from nncore.losses import BinaryCrossEntropy, CategoricalCrossEntropy, loss_for, output_units

LABELS = {"binary": np.array([0, 1, 1, 0]), "categorical": np.array([0, 2, 1, 2])}
LOSSES = {"binary": BinaryCrossEntropy(), "categorical": CategoricalCrossEntropy()}


def test_binary_cost_of_known_probabilities():
    logits = np.log(np.array([[[1 / 3, 3.0]]]))  # probabilities 1/4 and 3/4
    loss = BinaryCrossEntropy()
    targets = loss.targets(np.array([0, 1]), classes=2)
    np.testing.assert_allclose(loss.costs(logits, targets), [[-np.log(0.75), -np.log(0.75)]], rtol=1e-15)
    np.testing.assert_allclose(loss.probabilities(logits)[0], [[0.75, 0.25], [0.25, 0.75]], rtol=1e-15)


def test_categorical_cost_of_known_probabilities():
    logits = np.log(np.array([[[0.2], [0.3], [0.5]]]))
    loss = CategoricalCrossEntropy()
    costs = loss.costs(logits, loss.targets(np.array([2]), classes=3))
    np.testing.assert_allclose(costs, [[np.log(2)]], rtol=1e-15)
    np.testing.assert_allclose(loss.probabilities(logits)[0, :, 0], [0.2, 0.3, 0.5], rtol=1e-15)


@pytest.mark.parametrize("kind", LOSSES)
def test_gradients_are_the_slope_of_the_costs(kind):
    loss, labels = LOSSES[kind], LABELS[kind]
    units = output_units(2 if kind == "binary" else 3)
    logits = np.random.default_rng(0).normal(size=(2, units, 4))
    targets = loss.targets(labels, classes=3)
    slope = np.empty_like(logits)
    step = 1e-6
    for unit in range(units):
        shift = np.zeros_like(logits)
        shift[:, unit] = step
        slope[:, unit] = (loss.costs(logits + shift, targets) - loss.costs(logits - shift, targets)) / (2 * step)
    np.testing.assert_allclose(loss.gradients(logits, targets), slope, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("kind", LOSSES)
def test_extreme_logits_give_finite_costs(kind):
    loss, labels = LOSSES[kind], LABELS[kind]
    logits = np.full((1, output_units(2 if kind == "binary" else 3), 4), 1000.0)
    logits[:, -1] = -1000.0
    costs = loss.costs(logits, loss.targets(labels, classes=3))
    assert np.isfinite(costs).all()
    assert costs.max() in {1000.0, 2000.0 + np.log(2)}


def test_two_classes_are_told_by_one_unit():
    assert [output_units(classes) for classes in (2, 3, 10)] == [1, 3, 10]
    assert isinstance(loss_for(1), BinaryCrossEntropy)
    assert isinstance(loss_for(3), CategoricalCrossEntropy)
