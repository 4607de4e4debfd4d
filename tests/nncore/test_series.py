"""What the series tells of its networks beside the published costs, on its own images, through the library alone."""

import h5py
import numpy as np
import pytest

from nncore.hyperparameters import Hyperparameters
from nncore.training import Training

MAJORITY = (137 / 209, 17 / 50)  # the accuracies of a network that calls every picture no cat
PLATEAU = "0.6440"


@pytest.fixture(scope="module")
def cats(cat_data):
    def split(name):
        with h5py.File(cat_data / f"{name}_catvnoncat.h5") as file:
            return file[f"{name}_set_x"][:], file[f"{name}_set_y"][:]

    return split("train"), split("test")


@pytest.fixture
def trained(cats):
    def trained(**values):
        given = {"hidden_layers": (10, 10), "activation": "relu", "learning_rate": 0.03, "epochs": 1000, "seed": 1}
        (images, labels), test = cats
        hyperparameters = Hyperparameters(**given | values)
        training = Training(images, labels, classes=2, hyperparameters=hyperparameters, test=test, record_every=1)
        for _ in training:
            pass
        return training

    return trained


def test_small_random_weights_stay_on_the_plateau(trained):
    training = trained(initializer="small_random")

    assert f"{training.history['cost'][-1]:.4f}" == PLATEAU
    assert accuracies(training) == MAJORITY


@pytest.mark.parametrize(("initializer", "cost", "test"), [("he", "0.0310", 0.78), ("xavier", "0.0529", 0.76)])
def test_scaled_weights_leave_the_plateau(trained, initializer, cost, test):
    training = trained(initializer=initializer, learning_rate=0.01)

    assert f"{training.history['cost'][-1]:.4f}" == cost
    assert accuracies(training) == ({"he": 1.0, "xavier": 208 / 209}[initializer], test)


def test_dropout_of_half_the_units_stays_on_the_plateau(trained):
    training = trained(initializer="he", dropout=0.5)

    assert training.history["cost"][-1] == pytest.approx(0.644, abs=0.002)  # the masks are not the series' own
    assert accuracies(training) == MAJORITY


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_of_zeros_the_last_bias_alone_learns_how_many_are_cats(trained, activation):
    """With all weights 0 the hidden units answer 0, and no gradient passes them: the cost goes to that of the shares.

    So it does not stay at log 2, as is often said: only with as many cats as others, or weighed so, would it.
    """
    training = trained(initializer="zeros", activation=activation)
    costs, share = training.history["cost"], 72 / 209

    assert costs[0] == pytest.approx(np.log(2))
    assert f"{costs[-1]:.4f}" == PLATEAU
    assert costs[-1] == pytest.approx(-share * np.log(share) - (1 - share) * np.log(1 - share), abs=1e-5)
    assert not any(W.any() for W in training.network.weights)
    assert [bool(b.any()) for b in training.network.biases] == [False, False, True]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_zeros_learn_nothing_at_all_of_classes_that_weigh_the_same(trained, activation):
    training = trained(initializer="zeros", activation=activation, class_weight="balanced", epochs=300)

    assert training.history["cost"] == pytest.approx([np.log(2)] * 300, rel=0, abs=1e-12)
    assert not any(W.any() for W in training.network.weights)
    assert np.abs(training.network.biases[-1]).max() < 1e-12


@pytest.mark.parametrize(("epochs", "published"), [(100, "0.6559"), (200, "0.6471")])
def test_l2_differs_from_the_series_by_what_the_biases_would_cost(trained, epochs, published):
    """The series penalises the biases as well; here they are free, and their share is below the printed digits."""
    training = trained(hidden_layers=(5, 5), activation="tanh", l2=0.02, epochs=epochs)
    cost = training.history["cost"][-1]
    biases = 0.02 / (2 * 209) * sum(float(np.sum(b**2)) for b in training.network.biases)

    assert 0 < biases < 2e-5
    assert f"{cost:.4f}" == f"{cost + biases:.4f}" == published


def accuracies(training):
    metrics = training.result().metrics
    return metrics["train"]["accuracy"], metrics["test"]["accuracy"]
