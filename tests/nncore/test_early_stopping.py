"""Early stopping follows the best value and gives back its parameters."""

import numpy as np
import pytest

from nncore.early_stopping import EarlyStopping, Stopper
from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters
from nncore.parameters import Parameters
from nncore.training import Training


def walk(settings, values):
    """Show each lane's values; return when each lane first wants to stop, and the parameters given back."""
    parameters = Parameters.zeros(first=np.zeros((len(values), 1, 1)), layer_sizes=(1, 1))
    stopper = Stopper(settings, parameters)
    stops = {}
    for epoch, row in enumerate(np.transpose(values)):
        parameters.first[...] = epoch
        for lane in np.flatnonzero(stopper.look(row, parameters)):
            stops.setdefault(int(lane), epoch)
    stopper.give_back(parameters, lanes=np.ones(len(values), dtype=bool))
    return stops, parameters.first[:, 0, 0].tolist()


def test_waits_for_patience_and_restores_the_best():
    values = [[3, 2, 2, 2, 2, 1], [9, 8, 7, 6, 5, 4]]
    assert walk(EarlyStopping(patience=2), values) == ({0: 3}, [5, 5])
    assert walk(EarlyStopping(patience=2, restore_best=False), values)[1] == [5, 5]


@pytest.mark.parametrize(("patience", "stopped_in"), [(0, 3), (1, 3), (2, 4), (3, 8), (4, None)])
def test_counts_the_epochs_that_are_not_better_as_keras_does(patience, stopped_in):
    """By hand, the first epoch being 0; lower is better, and an equal value is none.

    | epoch                   | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |
    |-------------------------|---|---|---|---|---|---|---|---|---|
    | cost                    | 9 | 8 | 7 | 7 | 8 | 6 | 6 | 6 | 6 |
    | epochs without a gain   | 0 | 0 | 0 | 1 | 2 | 0 | 1 | 2 | 3 |
    """
    costs = [9, 8, 7, 7, 8, 6, 6, 6, 6]
    stops, _ = walk(EarlyStopping(patience=patience), [costs])
    assert stops == ({} if stopped_in is None else {0: stopped_in})


def test_restores_each_lane_to_its_own_best():
    assert walk(EarlyStopping(patience=9), [[3, 1, 2], [1, 2, 3]])[1] == [1, 0]


def test_accuracy_is_better_when_it_is_more():
    assert walk(EarlyStopping(monitor="validation_accuracy", patience=0), [[0.5, 0.6, 0.6]])[0] == {0: 2}


def test_a_gain_below_min_delta_is_none():
    assert walk(EarlyStopping(patience=0, min_delta=0.5), [[3, 2.4, 2.0]])[0] == {0: 2}


def test_training_ends_early_with_its_best_parameters():
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (60, 4, 4, 3), dtype=np.uint8), random.integers(0, 2, 60)
    stopping = {"monitor": "validation_cost", "patience": 5}
    hyperparameters = Hyperparameters(
        initializer="xavier", learning_rate=0.3, validation_fraction=0.3, early_stopping=stopping, epochs=2000
    )
    training = Training(images, labels, classes=2, hyperparameters=hyperparameters, record_every=1)
    for _ in training:
        pass
    costs = training.history["validation_cost"]
    assert training.epoch == len(costs) == np.argmin(costs) + 1 + 5 < 2000
    assert training.result().metrics["validation"]["cost"] == pytest.approx(min(costs), rel=1e-12)


@pytest.mark.parametrize("values", [{"monitor": "loss"}, {"patience": -1}, {"min_delta": float("nan")}])
def test_refuses_what_has_no_meaning(values):
    with pytest.raises(InvalidHyperparameter, match="early_stopping"):
        EarlyStopping(**values)


def test_refuses_to_monitor_validation_images_that_are_not_there():
    with pytest.raises(InvalidHyperparameter, match="validation_fraction"):
        Training(
            np.zeros((4, 2), dtype=np.uint8),
            np.array([0, 1, 0, 1]),
            classes=2,
            hyperparameters=Hyperparameters(early_stopping={}),
        )
