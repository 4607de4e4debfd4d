from dataclasses import replace

import numpy as np
import pytest

from nncore.early_stopping import EarlyStopping
from nncore.ensemble import members_of, share_of_members, uncertainty
from nncore.errors import Diverged, InvalidData, InvalidHyperparameter
from nncore.history import means_of_parts
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


def noise(n=40):
    random = np.random.default_rng(0)
    return random.integers(0, 256, (n, 4, 4, 3), dtype=np.uint8), random.integers(0, 2, n)


def of_members(hyperparameters, *, members, own=None, **more):
    images, labels = noise()
    test = images[:7], labels[:7]
    lanes = members_of(hyperparameters, members=members)
    return Training(images, labels, classes=2, hyperparameters=lanes, test=test, own=own, **more)


def parts_of(hyperparameters, *, members, of, **more):
    shares = [share_of_members(members, number=number, of=of) for number in range(1, of + 1)]
    assert np.concatenate(shares).tolist() == list(range(members))
    return [of_members(hyperparameters, members=members, own=share, **more) for share in shares]


STOPPING = {"monitor": "validation_cost", "patience": 2, "min_delta": 0.001}
MADE_IN_PARTS = [
    {},
    {"dtype": "float32", "momentum": 0.9, "l2": 0.5},
    {"batch_size": 7, "dropout": 0.3, "clip_norm": 1.0},
    {"batch_size": 7, "dropout": 0.3, "first_layer": "weight_space", "input_dropout": 0.2},
    {"optimizer": "adam", "normalization": "standardize", "validation_fraction": 0.3, "class_weight": "balanced"},
    {"validation_fraction": 0.3, "early_stopping": EarlyStopping(**STOPPING), "learning_rate": 0.5},
    {"validation_fraction": 0.3, "early_stopping": EarlyStopping(**STOPPING, restore_best=False), "batch_size": 9},
]


@pytest.mark.parametrize("of", [2, 3, 5])
@pytest.mark.parametrize("more", MADE_IN_PARTS)
def test_in_parts_it_has_the_same_bits(more, of):
    hyperparameters = replace(BASE, **more)
    whole = of_members(hyperparameters, members=5)
    parts = parts_of(hyperparameters, members=5, of=of)
    for training in (whole, *parts):
        for _ in training:
            pass
    put_together = of_members(hyperparameters, members=5)
    put_together.take_over(part.state() for part in reversed(parts))
    assert (put_together.epoch, put_together.history) == (whole.epoch, whole.history)
    mine, theirs = put_together.result(), whole.result()
    assert mine.metrics == theirs.metrics
    for array, own in zip(mine.network.parameters.arrays, theirs.network.parameters.arrays, strict=True):
        np.testing.assert_array_equal(array, own)
    assert put_together.warnings(mine) == whole.warnings(theirs)


def test_in_parts_lanes_that_diverge_do_so_as_among_the_others():
    rates = (0.1, 1e300, 0.2)
    images, labels = noise()
    lanes = [replace(BASE, activation="leaky_relu", learning_rate=rate, seed=seed) for seed, rate in enumerate(rates)]

    def training(own=None):
        return Training(images, labels, classes=2, hyperparameters=lanes, own=own)

    whole, *parts = training(), *(training(np.array([lane])) for lane in range(3))
    for each in (whole, *parts):
        for _ in each:
            pass
    put_together = training()
    put_together.take_over(part.state() for part in parts)
    assert whole.diverged == put_together.diverged == {1: whole.diverged[1]}
    assert put_together.history == whole.history
    with pytest.raises(Diverged, match=f"epoch {whole.diverged[1]} "):
        put_together.result()


def test_an_epoch_is_known_once_all_parts_have_come_to_it():
    hyperparameters = replace(
        BASE, validation_fraction=0.3, early_stopping=EarlyStopping(**STOPPING), learning_rate=0.5, epochs=60
    )
    whole = of_members(hyperparameters, members=5, record_every=2)
    for _ in whole:
        pass
    parts = parts_of(hyperparameters, members=5, of=2, record_every=2)
    turns = [iter(part) for part in parts]
    known: dict[str, list[float]] = {name: [] for name in whole.history}
    told = [part.recorded_after(0) for part in parts]
    while not all(part.is_over for part in parts):
        for number, steps in ((0, 3), (1, 2)):  # one goes ahead
            for _ in range(steps):
                next(turns[number], None)
            after = int(known["epoch"][-1]) if known["epoch"] else 0
            told[number] = parts[number].recorded_after(after)
            columns = means_of_parts(told, lanes=5, after=after)
            assert all(epoch <= max(part.epoch for part in parts) for epoch in columns["epoch"])
            for name, values in columns.items():
                known[name] += values
        assert parts[1].is_over or known["epoch"] == whole.history["epoch"][: parts[1].epoch // 2]
    assert len({int(epochs) for part in parts for epochs in part.epochs_of_lanes()}) > 1
    assert known == whole.history


def test_members_that_ended_before_their_first_epoch_are_no_part_of_the_model():
    parts = parts_of(BASE, members=4, of=2)
    for _ in parts[0]:
        pass
    put_together = of_members(BASE, members=4)
    with pytest.raises(InvalidData, match="not all"):
        put_together.take_over([parts[0].state()])
    assert parts[1].can_be_kept
    parts[1].end()
    put_together = of_members(BASE, members=4)
    put_together.take_over(part.state() for part in parts)
    kept = put_together.result()
    assert kept.network.lanes == 2
    np.testing.assert_array_equal(kept.network.weights[0], parts[0].result().network.weights[0])


def test_uncertainty_is_the_deviation_of_the_answered_class():
    members = np.array([[[0.9, 0.1], [0.0, 1.0]], [[0.9, 0.1], [1.0, 0.0]], [[0.6, 0.4], [0.8, 0.2]]])
    np.testing.assert_allclose(uncertainty(members), [np.std([0.9, 0.9, 0.6]), np.std([0.0, 1.0, 0.8])], rtol=1e-12)
    assert uncertainty(members[:1]).tolist() == [0, 0]


def test_seeds_end_somewhere():
    with pytest.raises(InvalidHyperparameter, match="at most"):
        members_of(Hyperparameters(seed=LARGEST_SEED), members=2)
