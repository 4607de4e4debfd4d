"""Warnings name what is wrong, and only that."""

import numpy as np
import pytest

from nncore.hyperparameters import Hyperparameters
from nncore.training import Training


def warnings_of(**values):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (30, 3, 3, 3), dtype=np.uint8)
    labels = (images[:, :, :, 0].mean(axis=(1, 2)) > 127).astype(int)
    training = Training(images, labels, classes=2, hyperparameters=Hyperparameters(**{"epochs": 300} | values))
    for _ in training:
        pass
    return [warned["code"] for warned in training.warnings(training.result())]


def test_a_healthy_network_gets_none():
    assert warnings_of(activation="tanh", initializer="xavier", learning_rate=0.3) == []


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("no-better-than-largest-class", {"epochs": 1}),
        ("zeros", {"initializer": "zeros", "epochs": 1}),
        ("dead-relu", {"initializer": "large_random", "learning_rate": 1e-6, "epochs": 1, "hidden_layers": (40,)}),
        ("saturated", {"initializer": "large_random", "activation": "tanh", "epochs": 1}),
        ("saturated", {"initializer": "large_random", "activation": "sigmoid", "epochs": 1}),
    ],
)
def test_what_is_wrong_is_named(code, values):
    assert code in warnings_of(**values)


def test_a_network_without_hidden_layers_may_begin_at_zero():
    assert "zeros" not in warnings_of(initializer="zeros", hidden_layers=())
