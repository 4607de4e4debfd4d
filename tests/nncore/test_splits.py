"""The splits of a training."""

import numpy as np
import pytest

from nncore.errors import InvalidData
from nncore.hyperparameters import Hyperparameters
from nncore.splits import Split, Splits


def test_the_validation_images_leave_the_training_images():
    train = Split(np.arange(20, dtype=np.uint8).reshape(20, 1), np.arange(20) % 2)
    splits = Splits.make(train, test=None, classes=2, hyperparameters=Hyperparameters(validation_fraction=0.2))
    assert [len(splits.train.labels), len(splits.validation.labels)] == [16, 4]
    together = np.concatenate([splits.train.images, splits.validation.images])
    np.testing.assert_array_equal(np.sort(together, axis=0), train.images)


def test_refuses_a_validation_split_that_would_be_empty():
    train = Split(np.zeros((2, 1), dtype=np.uint8), np.array([0, 1]))
    with pytest.raises(InvalidData, match="two images"):
        Splits.make(train, test=None, classes=2, hyperparameters=Hyperparameters(validation_fraction=0.5))
