"""What a training does that is told nothing, on pictures that it was not found on."""

import numpy as np
import pytest

from nncore import RECIPE, train
from nncore.sample_images import draw


def test_is_what_a_training_gets_that_is_told_nothing():
    images, labels, _ = draw(20, seed=1)
    assert train(images, labels)[1] == train(images, labels, hyperparameters=RECIPE)[1]


@pytest.mark.parametrize(("classes", "least"), [(2, 0.95), (5, 0.85)])
def test_learns_pictures_of_prototypes_in_noise(classes, least):
    random = np.random.default_rng(1)
    prototypes = random.integers(0, 256, size=(classes, 8, 8, 3))

    def pictures(n):
        labels = np.arange(n) % classes
        coarse = 0.3 * prototypes[labels] + random.integers(0, 180, size=(n, 8, 8, 3))
        fine = coarse.repeat(8, axis=1).repeat(8, axis=2) + random.normal(0, 20, size=(n, 64, 64, 3))
        return np.clip(fine, 0, 255).astype(np.uint8), labels

    model, _ = train(*pictures(250), test=pictures(100))
    assert model.metrics["test"]["accuracy"] > least
