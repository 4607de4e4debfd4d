"""A training that is interrupted at any turn and goes on elsewhere ends with the bits of one that was not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.errors import InvalidData
from nncore.hyperparameters import Hyperparameters
from nncore.optimizers import LINEAR, OPTIMIZERS
from nncore.training import Training

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (23, 4, 4, 3), dtype=np.uint8)
LABELS = RANDOM.integers(0, 2, 23)
TEST = (IMAGES[:5], LABELS[:5])
BASE = Hyperparameters(hidden_layers=(5, 3), activation="leaky_relu", initializer="xavier", epochs=6)
STOPPING = {"monitor": "cost", "patience": 1, "min_delta": 1e-4}


@st.composite
def lanes_of_a_training(draw):
    optimizer = draw(st.sampled_from(sorted(OPTIMIZERS)))
    input_dropout = draw(st.sampled_from([0.0, 0.2]))
    can_be_in_sample_space = optimizer in LINEAR and not input_dropout
    base = replace(
        BASE,
        optimizer=optimizer,
        momentum=None,
        input_dropout=input_dropout,
        first_layer=draw(st.sampled_from(["sample_space", "weight_space"][1 - can_be_in_sample_space :])),
        batch_size=draw(st.sampled_from([None, 5, 11])),
        dropout=draw(st.sampled_from([0.0, 0.3])),
        l2=draw(st.sampled_from([0.0, 0.5])),
        early_stopping=draw(st.sampled_from([None, STOPPING, {"patience": 1}])),
        validation_fraction=0.3,
        dtype=draw(st.sampled_from(["float64", "float32"])),
    )
    rates = draw(st.sampled_from([[0.05], [0.05, 1e-9, 0.2], [0.01, 1e30, 0.1, 1e-9]]))
    return [replace(base, learning_rate=rate, seed=number // 2) for number, rate in enumerate(rates)]


def training_of(lanes, **more):
    return Training(IMAGES, LABELS, classes=2, hyperparameters=lanes, test=TEST, **more)


def finished(training):
    for _ in training:
        pass
    return training


def interrupted(lanes, *, at, **more):
    """Train as far as a turn, go on in a new training, again as far, and so on to the end."""
    training, done = training_of(lanes, **more), False
    while not done:
        turns = iter(training)
        done = sum(1 for _ in zip(range(at), turns, strict=False)) < at
        state = training.state()
        training = training_of(lanes, **more)
        training.restore(state)
    return finished(training)


def assert_same_bits(one, other, *, lanes):
    assert one.epoch == other.epoch
    assert one.diverged == other.diverged
    for lane in range(lanes):
        np.testing.assert_equal(one.histories.of_lane(lane), other.histories.of_lane(lane))
    for mine, theirs in zip(one.state().items(), other.state().items(), strict=True):
        assert mine[0] == theirs[0]
        np.testing.assert_array_equal(mine[1], theirs[1])
    sound = [lane for lane in range(lanes) if lane not in one.diverged]
    for mine, theirs in zip(one.network_of(sound).weights, other.network_of(sound).weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@settings(deadline=None, max_examples=60)
@given(lanes=lanes_of_a_training(), at=st.integers(1, 20), record_every=st.integers(1, 4))
def test_same_bits_whenever_it_is_interrupted(lanes, at, record_every):
    undisturbed = finished(training_of(lanes, record_every=record_every))
    assert_same_bits(undisturbed, interrupted(lanes, at=at, record_every=record_every), lanes=len(lanes))


@pytest.mark.parametrize("at", [1, 2, 5, 6])
def test_held_out_images_and_ended_lanes_go_along(at):
    lanes = [replace(BASE, learning_rate=rate, early_stopping=STOPPING) for rate in (0.05, 1e300, 1e-9)]
    weights = np.ones((3, 23))
    weights[:, 15:] = 0
    more = {"weights": weights, "held_out": 1 - weights}
    undisturbed = finished(training_of(lanes, **more))
    assert list(undisturbed.diverged) == [1]
    assert len(undisturbed.histories.of_lane(2)["epoch"]) == 2 < len(undisturbed.histories.of_lane(0)["epoch"])
    assert_same_bits(undisturbed, interrupted(lanes, at=at, **more), lanes=3)


def test_a_state_is_no_view_of_a_training_that_goes_on():
    training = training_of(BASE)
    turns = iter(training)
    next(turns)
    state = training.state()
    before = {name: array.copy() for name, array in state.items()}
    finished(training)
    for name, array in before.items():
        np.testing.assert_array_equal(state[name], array)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hidden_layers": (4, 3)}, "has"),
        ({"first_layer": "weight_space"}, "weight_space"),
        ({"optimizer": "momentum"}, "another kind"),
        ({"early_stopping": STOPPING}, "another kind"),
        ({"dtype": "float32"}, "float32"),
    ],
)
def test_refuses_the_state_of_another_training(change, words):
    state = training_of(replace(BASE, first_layer="sample_space")).state()
    with pytest.raises(InvalidData, match=words):
        training_of(replace(BASE, **{"first_layer": "sample_space", "momentum": None} | change)).restore(state)


def test_refuses_what_is_no_state():
    with pytest.raises(InvalidData, match="first_layer"):
        training_of(BASE).restore({})
