"""A lane's result does not depend on its neighbours: the same bits alone and among many."""

from dataclasses import replace

import numpy as np
import pytest

from nncore.hyperparameters import Hyperparameters
from nncore.lanes import Lanes, select
from nncore.training import Training

BASE = Hyperparameters(hidden_layers=(5, 4), activation="tanh", initializer="xavier", epochs=30)
KINDS = {
    "full batch": BASE,
    "mini-batches": replace(BASE, batch_size=8, epochs=10),
    "momentum, dropout, L2": replace(BASE, optimizer="momentum", dropout=0.2, l2=0.1, clip_norm=0.5),
    "relu": replace(BASE, activation="relu"),
    "three units": replace(BASE, hidden_layers=(3,), activation="sigmoid"),
    "seventeen units": replace(BASE, hidden_layers=(17,), activation="leaky_relu"),
}


def trained(lanes, *, images, labels, **more):
    training = Training(images, labels, classes=2, hyperparameters=lanes, **more)
    for _ in training:
        pass
    return training


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (61, 6, 6, 3), dtype=np.uint8)
    return {"images": images, "labels": random.integers(0, 2, 61)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("first_layer", ["sample_space", "weight_space"])
@pytest.mark.parametrize("kind", KINDS)
def test_same_bits_alone_and_among_64(kind, first_layer, dtype, data):
    base = replace(KINDS[kind], first_layer=first_layer, dtype=dtype)
    lanes = [replace(base, seed=number // 3, learning_rate=0.01 + number / 1000) for number in range(64)]
    together = trained(lanes, **data)
    for number in (0, 1, 31, 63):
        alone = trained([lanes[number]], **data)
        for mine, theirs in zip(alone.network_of([0]).weights, together.network_of([number]).weights, strict=True):
            np.testing.assert_array_equal(mine, theirs)
        assert alone.history == together.histories.of_lane(number)


def test_a_lane_that_diverges_or_stops_does_not_disturb_the_others(data):
    stopping = {"monitor": "cost", "patience": 3, "min_delta": 0.001}
    base = replace(BASE, epochs=60, early_stopping=stopping, activation="leaky_relu")
    lanes = [replace(base, learning_rate=rate, seed=seed) for seed, rate in enumerate([0.1, 1e200, 1e-9, 0.05])]
    together = trained(lanes, **data)
    assert list(together.diverged) == [1]
    assert len(together.histories.of_lane(2)["epoch"]) == 4
    for number in (0, 2, 3):
        alone = trained([lanes[number]], **data)
        assert alone.history == together.histories.of_lane(number)
        for mine, theirs in zip(alone.network_of([0]).weights, together.network_of([number]).weights, strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_held_out_images_have_no_part_in_training(data):
    weights = np.ones((2, 61))
    weights[1, 50:] = 0
    held_out = np.where(weights == 0, 1.0, 0.0)
    held_out[0, 0] = 1  # every lane needs one
    together = trained([BASE, BASE], **data, weights=weights, held_out=held_out)
    without = trained(
        [BASE], images=data["images"][:50], labels=data["labels"][:50], test=(data["images"][50:], data["labels"][50:])
    )
    for mine, theirs in zip(without.network_of([0]).weights, together.network_of([1]).weights, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-13)
    history = together.histories.of_lane(1)
    np.testing.assert_allclose(history["cost"], without.history["cost"], rtol=1e-12)
    np.testing.assert_allclose(history["accuracy"], without.history["accuracy"], rtol=1e-12)
    np.testing.assert_allclose(history["validation_cost"], without.history["test_cost"], rtol=1e-12)
    np.testing.assert_allclose(history["validation_accuracy"], without.history["test_accuracy"], rtol=1e-12)


@pytest.mark.parametrize("change", [{"dropout": 0.3}, {"batch_size": 10}])
def test_held_out_images_are_looked_at_without_dropout_and_before_the_epoch(data, change):
    weights = np.ones((1, 61))
    weights[0, 50:] = 0
    base = replace(BASE, epochs=3, **change)
    training = Training(**data, classes=2, hyperparameters=base, weights=weights, held_out=1 - weights)
    network, labels = training.network, data["labels"]
    logits = network.forward(network.first_layer.batch(None)).logits
    costs = network.loss.costs(logits, network.loss.targets(labels, classes=2))
    for _ in training:
        pass
    assert training.history["validation_cost"][0] == pytest.approx(costs[0, 50:].mean(), rel=1e-12)


def test_select_takes_the_columns_of_each_row():
    values = np.arange(6).reshape(2, 3)
    np.testing.assert_array_equal(select(values, None), values)
    np.testing.assert_array_equal(select(values, np.array([2, 0])), [[2, 0], [5, 3]])
    np.testing.assert_array_equal(select(values, np.array([[2, 0], [1, 1]])), [[2, 0], [4, 4]])


def test_l2_is_shared_among_the_images_that_count():
    weights = np.array([[1.0, 1.0, 2.0, 0.0]])
    lanes = Lanes.of([Hyperparameters(l2=6.0)], weights=weights, held_out=None)
    np.testing.assert_array_equal(lanes.l2, [2.0])
    np.testing.assert_array_equal(lanes.shares, [[0.25, 0.25, 0.5, 0.0]])
