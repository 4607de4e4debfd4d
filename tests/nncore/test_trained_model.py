"""A trained model: many images are answered piece by piece, and floats are taken as they are; none overflows unseen."""

import numpy as np
import pytest

from nncore.errors import Diverged
from nncore.hyperparameters import Hyperparameters
from nncore.normalization import Normalization
from nncore.trained_model import PIECE, TrainedModel
from nncore.training import Training, train


def test_an_image_is_answered_alike_alone_and_among_more_than_a_piece():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (2 * PIECE + 5, 4, 4, 3), dtype=np.uint8)
    labels = random.integers(0, 2, len(images))
    hyperparameters = Hyperparameters(normalization="standardize", initializer="he", epochs=5)
    model, _ = train(images, labels, hyperparameters=hyperparameters)
    together = model.member_probabilities(images)
    assert together.shape == (1, len(images), 2)
    for number in (0, PIECE - 1, PIECE, len(images) - 1):
        np.testing.assert_array_equal(
            together[:, number], model.member_probabilities(images[number : number + 1])[:, 0]
        )
    X = model.normalization.apply(images, dtype="float64")
    as_they_are = TrainedModel(network=model.network, normalization=Normalization(kind="none"), metrics={})
    np.testing.assert_array_equal(as_they_are.member_probabilities(X), together)


def test_floats_without_normalization_are_not_copied():
    X = np.ones((3, 4), dtype=np.float32)
    assert np.shares_memory(Normalization(kind="none").apply(X, dtype="float32"), X)
    assert not np.shares_memory(Normalization().apply(X, dtype="float32"), X)


@pytest.mark.parametrize("rate", [1e3, 1e50])  # slowly, so that the state before is near the largest number, and fast
def test_a_model_is_finite_until_the_update_that_made_the_cost_no_number(rate):
    random = np.random.default_rng(0)
    images = np.array([random.integers(low, low + 60, (16, 16, 3), dtype=np.uint8) for low in (20, 190)])
    wild = Hyperparameters(initializer="he", activation="leaky_relu", learning_rate=rate, epochs=100)
    training = Training(images, np.array([0, 1]), classes=2, hyperparameters=wild)
    finite: list[bool] = []
    with pytest.raises(Diverged):
        finite.extend(training.snapshot().is_finite_on(images) for _ in training)
    assert finite == [True] * (training.epoch - 1) + [False]
