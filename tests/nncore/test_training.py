"""Training: the series' published figures, another library's steps, and what must not change from time to time."""

import h5py
import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from nncore.errors import Diverged, InvalidData
from nncore.hyperparameters import Hyperparameters
from nncore.training import Training, train

RELU_COSTS = [
    "0.6556",
    "0.6468",
    "0.6447",
    "0.6441",
    "0.6440",
    "0.6440",
    "0.6440",
    "0.6440",
    "0.6440",
    "0.6440",
    "0.6439",
    "0.6439",
    "0.6439",
    "0.6439",
    "0.6439",
    "0.6439",
    "0.6438",
    "0.6437",
    "0.6435",
    "0.6432",
    "0.6423",
    "0.6395",
    "0.6259",
    "0.5408",
    "0.5262",
    "0.4727",
    "0.4386",
    "0.3493",
    "0.1877",
    "0.3641",
]


def pictures(n=24, classes=2, seed=0):
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (n, 4, 4, 3), dtype=np.uint8), np.arange(n) % classes


def cats(folder, split):
    with h5py.File(folder / f"{split}_catvnoncat.h5") as file:
        return file[f"{split}_set_x"][:], file[f"{split}_set_y"][:]


def test_the_published_costs_of_the_series(cat_data):
    hyperparameters = Hyperparameters(hidden_layers=(5, 5), activation="relu", learning_rate=0.03, epochs=3000, seed=1)
    model, history = train(*cats(cat_data, "train"), hyperparameters=hyperparameters, test=cats(cat_data, "test"))
    hundreds = [
        f"{cost:.4f}" for epoch, cost in zip(history["epoch"], history["cost"], strict=True) if epoch % 100 == 0
    ]
    assert hundreds == RELU_COSTS
    assert model.metrics["test"]["accuracy"] == 0.42


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("batch_size", [None, 7])
def test_same_seed_same_bits(classes, batch_size):
    images, labels = pictures(classes=classes)
    hyperparameters = Hyperparameters(hidden_layers=(6,), epochs=4, batch_size=batch_size, initializer="xavier")
    first, _ = train(images, labels, hyperparameters=hyperparameters)
    second, _ = train(images, labels, hyperparameters=hyperparameters)
    np.testing.assert_array_equal(first.probabilities(images), second.probabilities(images))


def test_full_batches_do_what_scikit_learn_does():
    images, labels = pictures(n=30, classes=3)
    X = images.reshape(30, -1) / 255
    hyperparameters = Hyperparameters(hidden_layers=(4,), activation="tanh", learning_rate=0.1, epochs=20, seed=5)
    training = Training(images, labels, classes=3, hyperparameters=hyperparameters)
    peer = MLPClassifier((4,), activation="tanh", solver="sgd", alpha=0, batch_size=30, shuffle=False, momentum=0)
    peer.set_params(learning_rate_init=0.1).partial_fit(X, labels, classes=[0, 1, 2])
    peer.coefs_ = [W[0].T.copy() for W in training.network.weights]
    peer.intercepts_ = [b[0, :, 0].copy() for b in training.network.biases]
    peer._optimizer.params = peer.coefs_ + peer.intercepts_
    peer._optimizer.velocities = [np.zeros_like(array) for array in peer._optimizer.params]
    for _ in training:
        peer.partial_fit(X, labels)
    np.testing.assert_allclose(training.result().probabilities(images), peer.predict_proba(X), rtol=1e-10)
    np.testing.assert_allclose(training.history["cost"], peer.loss_curve_[1:], rtol=1e-10)


def test_the_last_epoch_is_always_recorded():
    images, labels = pictures()
    training = Training(images, labels, classes=2, hyperparameters=Hyperparameters(epochs=7), record_every=3)
    for _ in training:
        pass
    assert training.history["epoch"] == [3, 6, 7]


def test_divergence_names_the_epoch():
    images, labels = pictures()
    hyperparameters = Hyperparameters(initializer="large_random", learning_rate=1e300, epochs=50)
    with pytest.raises(Diverged, match="learning rate") as caught:
        train(images, labels, hyperparameters=hyperparameters)
    assert 1 < caught.value.epoch < 10


def test_divergence_is_noticed_in_an_epoch_that_nobody_looks_at():
    images, labels = pictures()
    hyperparameters = Hyperparameters(initializer="large_random", learning_rate=1e300, epochs=50)
    training = Training(images, labels, classes=2, hyperparameters=hyperparameters, record_every=50)
    with pytest.raises(Diverged) as caught:
        for _ in training:
            pass
    assert 1 < caught.value.epoch < 10
    assert training.history["epoch"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda images, labels: (images.astype(int), labels), "uint8"),
        (lambda images, labels: (np.full(images.shape, np.nan), labels), "finite"),
        (lambda images, labels: (images[:0], labels[:0]), "no images"),
        (lambda images, labels: (images, labels[:-1]), "shape"),
        (lambda images, labels: (images, labels / 2), "whole numbers"),
        (lambda images, labels: (images, labels + 1), "0 to 1"),
    ],
)
def test_refuses_data_that_does_not_fit(change, words):
    with pytest.raises(InvalidData, match=words):
        Training(*change(*pictures()), classes=2, hyperparameters=Hyperparameters())
