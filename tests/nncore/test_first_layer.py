"""Both forms of the first layer do the same: sample space against weight space."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.first_layer import SampleSpace, WeightSpace
from nncore.hyperparameters import Hyperparameters
from nncore.splits import Split, Splits
from nncore.training import Training

LANES, UNITS, N, D = 3, 4, 7, 20


@pytest.fixture
def forms():
    """Three lanes of two draws in sample space, somewhere off the start, and the same in weight space."""
    random = np.random.default_rng(0)
    X = random.uniform(size=(N, D))
    sample_space = SampleSpace(random.normal(size=(2, UNITS, D)), draws=[0, 1, 0], images=X, gram=X @ X.T)
    sample_space.matrix[...] = random.normal(size=sample_space.matrix.shape)
    sample_space.matrix[:, :, -1] = random.normal(size=(LANES, 1))  # s is the same for all units of a lane
    W = np.stack([sample_space.weights(lane) for lane in range(LANES)])
    return sample_space, WeightSpace(W, images=X), X


@pytest.mark.parametrize("indices", [None, np.array([5, 0, 3]), np.array([[5, 0], [1, 2], [6, 4]])])
def test_forward_and_backward_agree(forms, indices):
    sample_space, weight_space, _ = forms
    batches = [form.batch(indices) for form in (sample_space, weight_space)]
    expected = weight_space.forward(batches[1])
    np.testing.assert_allclose(sample_space.forward(batches[0]), expected, rtol=1e-12)
    dZ = np.random.default_rng(1).normal(size=expected.shape)
    coordinates, gradient = np.ones_like(sample_space.matrix), np.empty_like(weight_space.matrix)
    sample_space.backward(dZ, batches[0], out=coordinates)
    weight_space.backward(dZ, batches[1], out=gradient)
    np.testing.assert_allclose(coordinates[:, :, -1], 0)
    in_weight_space = [sample_space.weights(lane, matrix=coordinates[lane]) for lane in range(LANES)]
    np.testing.assert_allclose(np.stack(in_weight_space), gradient, rtol=1e-12)


def test_batches_of_one_size_stand_in_one_place(forms):
    _, weight_space, X = forms
    first = weight_space.batch(np.array([5, 0]))
    np.testing.assert_array_equal(first, X[[5, 0]])
    second = weight_space.batch(np.array([1, 2]))
    assert np.shares_memory(first, second)
    np.testing.assert_array_equal(second, X[[1, 2]])
    assert weight_space.batch(None) is X


def test_other_images_agree(forms):
    sample_space, weight_space, _ = forms
    others = np.random.default_rng(2).uniform(size=(5, D))
    expected = weight_space.forward(weight_space.others(others))
    np.testing.assert_allclose(sample_space.forward(sample_space.others(others)), expected, rtol=1e-12)


def test_norms_agree(forms):
    sample_space, weight_space, _ = forms
    expected = weight_space.squared_norms(weight_space.matrix)
    np.testing.assert_allclose(expected, [np.sum(W**2) for W in weight_space.matrix], rtol=1e-14)
    np.testing.assert_allclose(sample_space.squared_norms(sample_space.matrix), expected, rtol=1e-11)


def test_kept_lanes_stay_what_they_are(forms):
    sample_space, weight_space, X = forms
    lanes = np.array([2, 1])
    for form in (sample_space, weight_space):
        kept = form.keep(lanes)
        np.testing.assert_array_equal(kept.weights(0), form.weights(2))
        np.testing.assert_array_equal(kept.forward(kept.batch(None)), form.forward(form.batch(None))[lanes])
        watched = form.others(X[:2])
        expected = form.forward(watched)[lanes].copy()
        np.testing.assert_array_equal(kept.forward(form.select(watched, lanes)), expected)


COMBINATIONS = st.fixed_dictionaries(
    {
        "hidden_layers": st.lists(st.integers(1, 6), max_size=3),
        "activation": st.sampled_from(["tanh", "sigmoid", "relu", "leaky_relu"]),
        "initializer": st.sampled_from(["small_random", "xavier", "he"]),
        "learning_rate": st.floats(0.001, 0.01),
        "batch_size": st.none() | st.integers(3, 32),
        "clip_norm": st.none() | st.floats(0.01, 1.0),
        "l2": st.just(0.0) | st.floats(0.01, 2.0),
        "dropout": st.just(0.0) | st.floats(0.05, 0.5),
        "class_weight": st.sampled_from([None, "balanced", {"1": 3.0}]),
        "validation_fraction": st.sampled_from([0.0, 0.2]),
        "schedule": st.sampled_from([None, {"kind": "cosine", "factor": 0.1, "warmup": 3}]),
        "normalization": st.sampled_from(["scale", "standardize"]),
        "seed": st.integers(0, 2**32 - 1),
    }
)
LINEAR_STEPS = st.just({"optimizer": "gradient_descent"}) | st.fixed_dictionaries(
    {"optimizer": st.sampled_from(["gradient_descent", "momentum", "nesterov"]), "momentum": st.floats(0, 0.95)}
)
WEIGHTS = st.none() | st.integers(0, 1000)  # the seed of random weights of the images, some of them 0


def check_that_forms_agree(values, steps, classes, weights):
    random = np.random.default_rng(3)
    images = random.integers(0, 256, (23, 4, 4, 3), dtype=np.uint8)
    labels = np.arange(23) % classes
    shared = Hyperparameters(**values, **steps, epochs=200)
    counted = Splits.make(Split(images, labels), test=None, classes=classes, hyperparameters=shared).train.labels
    trained = {}
    for form in ("sample_space", "weight_space"):
        lanes = [replace(shared, first_layer=form), replace(shared, first_layer=form, seed=5, l2=1.0)]
        training = Training(
            images,
            labels,
            classes=classes,
            hyperparameters=lanes,
            test=(images[:4], labels[:4]),
            weights=None if weights is None else weights_of_images(len(counted), seed=weights),
        )
        for _ in training:
            pass
        assert training.first_layer == form
        trained[form] = training.network_of([0, 1]).weights, training.history
    for sample, weight in zip(trained["sample_space"][0], trained["weight_space"][0], strict=True):
        np.testing.assert_allclose(sample, weight, rtol=1e-9, atol=1e-9 * np.abs(weight).max())
    for name, column in trained["weight_space"][1].items():
        np.testing.assert_allclose(trained["sample_space"][1][name], column, rtol=1e-8, err_msg=name)


def weights_of_images(n, *, seed):
    random = np.random.default_rng(seed)
    return random.uniform(0.5, 2, size=(2, n)) * (random.uniform(size=(2, n)) > 0.2)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(values=COMBINATIONS, steps=LINEAR_STEPS, classes=st.sampled_from([2, 3]), weights=WEIGHTS)
def test_training_in_sample_space_is_training_in_weight_space(values, steps, classes, weights):
    check_that_forms_agree(values, steps, classes, weights)


@pytest.mark.long
@settings(max_examples=150, deadline=None, derandomize=True)
@given(values=COMBINATIONS, steps=LINEAR_STEPS, classes=st.sampled_from([2, 3]), weights=WEIGHTS)
def test_the_same_for_many_more(values, steps, classes, weights):
    check_that_forms_agree(values, steps, classes, weights)
