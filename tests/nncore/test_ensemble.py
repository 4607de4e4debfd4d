import numpy as np
import pytest

from nncore.ensemble import members_of, uncertainty
from nncore.errors import Diverged, InvalidHyperparameter
from nncore.hyperparameters import LARGEST_SEED, Hyperparameters
from nncore.training import Training

BASE = Hyperparameters(hidden_layers=(4,), initializer="he", epochs=20, seed=5)


def trained(lanes, images, labels):
    training = Training(images, labels, classes=2, hyperparameters=lanes)
    for _ in training:
        pass
    return training


def test_the_members_are_networks_of_consecutive_seeds():
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (20, 4, 4, 3), dtype=np.uint8), random.integers(0, 2, 20)
    lanes = members_of(BASE, members=3)
    assert [lane.seed for lane in lanes] == [5, 6, 7]
    model = trained(lanes, images, labels).result()
    alone = [trained(lane, images, labels) for lane in lanes]
    expected = np.stack([training.result().probabilities(images) for training in alone])
    np.testing.assert_array_equal(model.member_probabilities(images), expected)
    np.testing.assert_allclose(model.probabilities(images), expected.mean(axis=0), rtol=1e-15)


def test_the_history_of_an_ensemble_is_the_mean_of_its_members():
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (20, 4, 4, 3), dtype=np.uint8), random.integers(0, 2, 20)
    together = trained(members_of(BASE, members=2), images, labels).history
    costs = [trained(lane, images, labels).history["cost"] for lane in members_of(BASE, members=2)]
    np.testing.assert_allclose(together["cost"], np.mean(costs, axis=0), rtol=1e-15)
    np.testing.assert_allclose(together["cost_deviation"], np.std(costs, axis=0), rtol=1e-12)


def test_a_member_that_diverges_is_no_part_of_a_model():
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (20, 4, 4, 3), dtype=np.uint8), random.integers(0, 2, 20)
    training = trained([BASE, Hyperparameters(**vars(BASE) | {"learning_rate": 1e300})], images, labels)
    with pytest.raises(Diverged):
        training.result()


def test_uncertainty_is_the_deviation_of_the_answered_class():
    members = np.array([[[0.9, 0.1], [0.0, 1.0]], [[0.9, 0.1], [1.0, 0.0]], [[0.6, 0.4], [0.8, 0.2]]])
    np.testing.assert_allclose(uncertainty(members), [np.std([0.9, 0.9, 0.6]), np.std([0.0, 1.0, 0.8])], rtol=1e-12)
    assert uncertainty(members[:1]).tolist() == [0, 0]


def test_seeds_end_somewhere():
    with pytest.raises(InvalidHyperparameter, match="at most"):
        members_of(Hyperparameters(seed=LARGEST_SEED), members=2)
