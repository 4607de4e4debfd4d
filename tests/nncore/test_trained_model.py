"""A trained model: many images are answered piece by piece, and floats are taken as they are."""

import numpy as np

from nncore.hyperparameters import Hyperparameters
from nncore.normalization import Normalization
from nncore.trained_model import PIECE, TrainedModel
from nncore.training import train


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
