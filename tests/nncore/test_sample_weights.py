"""How much each image counts."""

import numpy as np
import pytest

from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters
from nncore.sample_weights import class_weights, shares
from nncore.training import Training

LABELS = np.array([0, 0, 0, 1])


def test_balanced_classes_weigh_the_same_in_sum():
    np.testing.assert_allclose(class_weights("balanced", LABELS, names=["a", "b"]), [2 / 3, 2 / 3, 2 / 3, 2])


def test_weights_by_name_are_one_where_none_is_given():
    np.testing.assert_array_equal(class_weights({"b": 5}, LABELS, names=["a", "b"]), [1, 1, 1, 5])
    np.testing.assert_array_equal(class_weights(None, LABELS, names=["a", "b"]), 1)


def test_weights_whose_sum_is_no_number_keep_their_proportions():
    weights = class_weights({"a": 1e308, "b": 5e307}, LABELS, names=["a", "b"])
    np.testing.assert_array_equal(shares(weights), [2 / 7, 2 / 7, 2 / 7, 1 / 7])


def test_refuses_a_name_that_is_no_class():
    with pytest.raises(InvalidHyperparameter, match="'c'"):
        class_weights({"c": 1}, LABELS, names=["a", "b"])


def test_shares_sum_to_one_and_nothing_stays_nothing():
    np.testing.assert_array_equal(shares(np.array([[1.0, 3.0], [0.0, 0.0]])), [[0.25, 0.75], [0.0, 0.0]])


@pytest.mark.parametrize("batch_size", [None, 4])
def test_a_weight_of_two_is_the_image_twice(batch_size):
    images = np.random.default_rng(0).integers(0, 256, (4, 2, 2, 3), dtype=np.uint8)
    base = Hyperparameters(hidden_layers=(3,), initializer="xavier", epochs=20)
    weighted = Training(
        images, LABELS, classes=["a", "b"], hyperparameters=Hyperparameters(**vars(base) | {"class_weight": {"b": 2}})
    )
    twice = np.array([0, 1, 2, 3, 3])
    doubled = Training(images[twice], LABELS[twice], classes=2, hyperparameters=base)
    for training in (weighted, doubled):
        for _ in training:
            pass
    np.testing.assert_allclose(weighted.history["cost"], doubled.history["cost"], rtol=1e-12)
    np.testing.assert_allclose(weighted.result().probabilities(images), doubled.result().probabilities(images))
