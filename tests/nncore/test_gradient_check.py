"""The gradient check finds right gradients right and wrong ones wrong, on every parameter there is."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from nncore.activations import ACTIVATIONS, Activation
from nncore.errors import InvalidData
from nncore.gradient_check import STEP, Slopes, check_gradients
from nncore.hyperparameters import Hyperparameters
from nncore.normalization import NORMALIZATIONS, Normalization
from nncore.regularization import L2
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


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_slopes_and_kinks_are_those_of_a_loop_over_the_parameters(activation, classes, normalization):
    network, images, labels = made(activation=activation, classes=classes, normalization=normalization)
    X = Normalization.of(normalization, images).apply(images, dtype="float64")
    if activation == "relu":  # one image comes to the kink of this unit by its larger moves
        network.biases[0][0, 0] = STEP * np.quantile(np.abs(X[3]), 0.4) - network.weights[0][0, 0] @ X[3]
    slopes = Slopes(network, X, labels, shares=np.full(12, 1 / 12), masks=None)
    for layer, W in enumerate([network.first_layer.matrix, *network.parameters.weights]):
        found, kinks = slopes.of_moves(layer, slopes.inputs[layer])
        expected, crossed = looped(network, W[0], X, labels, classes=classes)
        np.testing.assert_array_equal(kinks, crossed)
        np.testing.assert_allclose(found[~kinks], expected[~kinks], rtol=1e-9, atol=1e-10)
        assert kinks[0].any() == (activation == "relu" and layer == 0)
        assert not kinks.all()


def looped(network, W, X, labels, *, classes):
    """Move the weights of a network by themselves, one after the other."""
    targets = network.loss.targets(labels, classes=classes)
    slopes, kinks = np.empty(W.shape), np.empty(W.shape, dtype=bool)
    for place, weight in np.ndenumerate(W):
        ends = []
        for step in (STEP, -STEP):
            W[place] = weight + step
            ends.append(network.forward(X))
        W[place] = weight
        costs = [network.loss.costs(end.logits, targets).mean() for end in ends]
        slopes[place] = (costs[0] - costs[1]) / (2 * STEP)
        signs = [np.concatenate([np.sign(A) for A in end.activations], axis=1) for end in ends]
        kinks[place] = network.activation == "relu" and (signs[0] != signs[1]).any()
    return slopes, kinks


def test_a_network_that_stands_at_its_kinks_has_them_everywhere():
    network, images, labels = made(activation="relu")
    network.parameters.first[:] = network.parameters.rest[:] = 0
    check = check_gradients(network, images, labels)
    assert check.kinks == sum(array[0].size for array in (network.weights[0], *network.biases[:2]))
    assert check.difference < 1e-7


@pytest.mark.parametrize("normalization", ["scale", "standardize"])
@pytest.mark.parametrize("name", ["W1", "W2", "W3", "b1", "b2", "b3"])
def test_one_wrong_number_is_found_in_any_array(monkeypatch, name, normalization):
    network, images, labels = made(classes=3, normalization=normalization)
    right = network.backward

    def wrong(*arguments, gradients, **more):
        right(*arguments, gradients=gradients, **more)
        arrays = [gradients.first, *gradients.weights] if name[0] == "W" else gradients.biases
        array = arrays[int(name[1]) - 1][0]
        array[2, -1] += 1e-4 * np.abs(array).max()

    monkeypatch.setattr(network, "backward", wrong)
    check = check_gradients(network, images, labels, normalization=Normalization.of(normalization, images))
    assert check.worst["parameter"].startswith(f"{name}[2, ")
    assert check.worst["error"] == pytest.approx(1e-4, rel=1e-3)


@pytest.mark.parametrize("without", ["dropout", "l2"])
def test_what_back_propagation_leaves_out_is_found(monkeypatch, without):
    network, images, labels = made(normalization="standardize")
    random = np.random.default_rng(1)
    masks = [(random.random((units, 12)) > 0.3) / 0.7 for units in (5, 4)]
    right = network.backward

    def without_masks(*arguments, gradients, masks):
        right(*arguments, gradients=gradients)

    if without == "l2":
        monkeypatch.setattr(L2, "add_gradients", lambda *_: None)
    else:
        monkeypatch.setattr(network, "backward", without_masks)
    normalization = Normalization.of("standardize", images)
    check = check_gradients(network, images, labels, normalization=normalization, l2=0.7, masks=masks)
    assert check.difference > 1e-3


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


@pytest.mark.parametrize("normalization", ["scale", "standardize"])
@pytest.mark.parametrize("hidden_layers", [(5, 5), (20, 7)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_all_parameters_of_networks_for_cats(activation, hidden_layers, normalization, cat_data):
    with h5py.File(cat_data / "train_catvnoncat.h5") as file:
        images, labels = file["train_set_x"][:], file["train_set_y"][:]
    hyperparameters = Hyperparameters(
        activation=activation, initializer="xavier", hidden_layers=hidden_layers, normalization=normalization
    )
    training = Training(images, labels, classes=2, hyperparameters=hyperparameters)
    check = training.check_gradients()
    assert check.parameters == {(5, 5): 61_481, (20, 7): 245_935}[hidden_layers]
    assert check.difference < 1e-7
