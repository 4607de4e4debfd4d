"""The gradient check finds right gradients right and wrong ones wrong, on every parameter there is."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from nncore.activations import ACTIVATIONS, Activation
from nncore.errors import InvalidData
from nncore.gradient_check import Slopes, check_gradients
from nncore.hyperparameters import Hyperparameters
from nncore.normalization import Normalization
from nncore.training import Training


def made(*, activation="tanh", classes=2, first_layer="weight_space", normalization="scale", **more):
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (12, 3, 3, 3), dtype=np.uint8), np.arange(12) % classes
    hyperparameters = Hyperparameters(
        hidden_layers=(5, 4), activation=activation, initializer="xavier", normalization=normalization, **more
    )
    hyperparameters = replace(hyperparameters, first_layer=first_layer, epochs=3, learning_rate=0.1)
    training = Training(images, labels, classes=classes, hyperparameters=hyperparameters)
    for _ in training:
        pass
    return training.result().network, images, labels


@pytest.mark.parametrize("normalization", ["scale", "standardize"])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_and_loss_with_l2_and_dropout(activation, classes, normalization):
    network, images, labels = made(activation=activation, classes=classes, normalization=normalization)
    random = np.random.default_rng(1)
    masks = [(random.random((units, 12)) > 0.3) / 0.7 for units in (5, 4)]
    shares = random.random(12)
    check = check_gradients(
        network,
        images,
        labels,
        normalization=Normalization.of(normalization, images),
        l2=0.7,
        masks=masks,
        shares=shares / shares.sum(),
    )
    assert check.parameters == sum(array[0].size for array in network.weights + network.biases)
    assert check.kinks <= (2 if "relu" in activation else 0)
    assert check.difference < 1e-7
    assert check.worst["error"] < 1e-7


def test_the_table_of_pixel_values_gives_the_numbers_of_the_plain_way():
    network, images, labels = made()
    normalization = Normalization()
    X = normalization.apply(images, dtype="float64")
    slopes = Slopes(network, X, labels, shares=np.full(12, 1 / 12), masks=None)
    by_table, _ = slopes.of_pixels(images.reshape(12, -1), normalization)
    plain, _ = slopes.of_moves(0, X.T)
    np.testing.assert_allclose(by_table, plain, rtol=0, atol=1e-11)


def test_the_slopes_are_those_of_the_cost_itself():
    network, images, labels = made(classes=3)
    X = images.reshape(12, -1) / 255
    slopes = Slopes(network, X, labels, shares=np.full(12, 1 / 12), masks=None)
    targets = network.loss.targets(labels, classes=3)
    for layer, place in ((0, (2, 7)), (1, (3, 1)), (2, (2, 0))):
        W = (network.first_layer.matrix if layer == 0 else network.parameters.weights[layer - 1])[0]
        costs = []
        for step in (1e-5, -1e-5):
            W[place] += step
            costs.append(network.loss.costs(network.forward(X).logits, targets).mean())
            W[place] -= step
        expected = (costs[0] - costs[1]) / 2e-5
        assert slopes.of_moves(layer, slopes.inputs[layer])[0][place] == pytest.approx(expected, rel=1e-6)


def test_a_wrong_derivative_is_found_and_named(monkeypatch):
    network, images, labels = made()
    wrong = Activation(function=np.tanh, derivative=lambda A: 1 - 0.9 * A * A)
    monkeypatch.setattr(network, "_activation", wrong)
    check = check_gradients(network, images, labels)
    assert check.difference > 1e-3
    assert check.worst["parameter"][:2] in {"W1", "b1", "W2", "b2"}
    assert abs(check.worst["analytical"] - check.worst["numerical"]) > 1e-6


def test_a_kink_is_told_and_left_out():
    network, images, labels = made(activation="relu")
    network.parameters.biases[1][0, 1] = 0
    network.parameters.weights[0][0, 1] = 0  # unit 1 of the second layer stands exactly at its kink
    check = check_gradients(network, images, labels)
    assert check.kinks > 0
    assert check.difference < 1e-7


def test_sample_space_is_checked_as_it_is_trained():
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (12, 8, 8, 3), dtype=np.uint8), np.arange(12) % 2
    hyperparameters = Hyperparameters(initializer="he", activation="tanh", epochs=5, l2=0.3, first_layer="sample_space")
    training = Training(images, labels, classes=2, hyperparameters=hyperparameters)
    checks = [training.check_gradients() for _ in training]
    assert max(check.difference for check in checks) < 1e-7
    assert checks[0] != checks[-1]


def test_refuses_several_lanes():
    lanes = [Hyperparameters(seed=seed) for seed in (1, 2)]
    images, labels = np.zeros((2, 3), dtype=np.uint8), np.array([0, 1])
    training = Training(images, labels, classes=2, hyperparameters=lanes)
    with pytest.raises(InvalidData, match="2 lanes"):
        check_gradients(training.network, images, labels)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_all_parameters_of_the_cat_network(activation, cat_data):
    with h5py.File(cat_data / "train_catvnoncat.h5") as file:
        images, labels = file["train_set_x"][:], file["train_set_y"][:]
    hyperparameters = Hyperparameters(activation=activation, initializer="xavier")
    training = Training(images, labels, classes=2, hyperparameters=hyperparameters)
    check = training.check_gradients()
    assert check.parameters == 61_481
    assert check.difference < 1e-7
