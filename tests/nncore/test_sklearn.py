"""The scikit-learn face: its own checks, what it is used with, and the core's numbers to the last bit."""

import pickle
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import nncore
from nncore.errors import Diverged, InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters
from nncore.sklearn import DenseClassifier
from nncore.training import train

IRIS, SPECIES = load_iris(return_X_y=True)
X = (IRIS - IRIS.mean(axis=0)) / IRIS.std(axis=0)
FEW = {"hidden_layers": (4,), "epochs": 30, "learning_rate": 0.3}


def probabilities(X, y, *, sample_weight=None, **hyperparameters):
    return DenseClassifier(**FEW | hyperparameters).fit(X, y, sample_weight=sample_weight).predict_proba(X)


@parametrize_with_checks([DenseClassifier(epochs=100, learning_rate=0.3)])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


@pytest.mark.long
@parametrize_with_checks([DenseClassifier()])
def test_scikit_learns_own_checks_with_the_defaults(estimator, check):
    check(estimator)


def test_parameters_are_the_hyperparameters():
    defaults = DenseClassifier().get_params()
    core = {field.name: field.default for field in fields(Hyperparameters)}
    assert defaults.keys() == core.keys()
    differing = {name for name in core if defaults[name] != core[name]}
    assert differing == {"activation", "initializer", "normalization"}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"dtype": "float32", "batch_size": 16},
        {"normalization": "standardize", "optimizer": "adam"},
        {"validation_fraction": 0.2, "early_stopping": {"monitor": "validation_cost", "patience": 3}},
        {"hidden_layers": (), "schedule": {"kind": "cosine"}, "class_weight": {"1": 3.0}},
    ],
)
@pytest.mark.parametrize("classes", [2, 3])
def test_agrees_with_the_core_to_the_last_bit(change, classes):
    chosen = np.isin(SPECIES, range(classes))
    images, labels = IRIS[chosen], SPECIES[chosen]
    classifier = DenseClassifier(**FEW | change).fit(images, labels)
    core = Hyperparameters(**{"activation": "tanh", "initializer": "xavier", "normalization": "none"} | FEW | change)
    model, history = train(images, labels, hyperparameters=core)
    np.testing.assert_array_equal(classifier.predict_proba(images), model.probabilities(images))
    assert classifier.history_ == history
    assert classifier.loss_curve_ == history["cost"]
    assert classifier.model_.metrics["train"]["cost"] == model.metrics["train"]["cost"]


def test_pixels_are_taken_as_they_are():
    images = np.random.default_rng(0).integers(0, 256, (20, 12), dtype=np.uint8)
    labels = np.arange(20) % 2
    classifier = DenseClassifier(**FEW, normalization="scale").fit(images, labels)
    core = Hyperparameters(**FEW, activation="tanh", initializer="xavier")
    model, _ = train(images, labels, hyperparameters=core)
    np.testing.assert_array_equal(classifier.predict_proba(images), model.probabilities(images))


def test_grid_search_over_a_pipeline():
    grid = {"denseclassifier__hidden_layers": [(), (5, 5)], "denseclassifier__learning_rate": [1e-6, 0.3]}
    pipeline = make_pipeline(StandardScaler(), DenseClassifier(epochs=200))
    search = GridSearchCV(pipeline, grid, cv=3).fit(IRIS, SPECIES)
    assert search.best_params_["denseclassifier__learning_rate"] == 0.3
    assert search.best_score_ > 0.9
    assert search.score(IRIS, SPECIES) > 0.9


@pytest.mark.parametrize("copied", [clone, lambda classifier: pickle.loads(pickle.dumps(classifier))])
def test_copies_answer_alike(copied):
    classifier = DenseClassifier(**FEW, early_stopping={"monitor": "cost"}).fit(X, SPECIES)
    copy = copied(classifier)
    assert copy.get_params() == classifier.get_params()
    if copied is clone:
        with pytest.raises(NotFittedError):
            copy.predict(X)
        copy.fit(X, SPECIES)
    np.testing.assert_array_equal(copy.predict_proba(X), classifier.predict_proba(X))


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["setosa", "versicolor", "virginica"])[SPECIES],
        np.array(["setosa", "versicolor", "virginica"], dtype=object)[SPECIES],
        SPECIES * 10 - 7,
        SPECIES.astype(float),
        SPECIES == 1,
    ],
)
def test_labels_of_any_type(labels):
    classifier = DenseClassifier(epochs=300, learning_rate=0.3).fit(X, labels)
    assert classifier.classes_.tolist() == sorted(set(labels.tolist()))
    assert classifier.predict(X).dtype == classifier.classes_.dtype
    assert classifier.score(X, labels) > 0.9
    assert set(classifier.model_.metrics["train"]["classes"]) == {str(label) for label in labels.tolist()}


@pytest.mark.parametrize("change", [{}, {"l2": 1.0}, {"normalization": "standardize"}, {"batch_size": 20}])
def test_weight_zero_is_absence(change):
    weights = np.random.default_rng(0).integers(0, 2, len(X))
    weighted = DenseClassifier(**FEW | change).fit(X, SPECIES, sample_weight=weights)
    absent = DenseClassifier(**FEW | change).fit(X[weights > 0], SPECIES[weights > 0])
    np.testing.assert_array_equal(weighted.predict_proba(X), absent.predict_proba(X))


def test_weight_two_is_twice():
    weights = np.random.default_rng(0).integers(1, 4, len(X))
    weighted = probabilities(X, SPECIES, sample_weight=weights)
    repeated = DenseClassifier(**FEW).fit(np.repeat(X, weights, axis=0), np.repeat(SPECIES, weights))
    np.testing.assert_allclose(weighted, repeated.predict_proba(X), rtol=1e-9)
    assert np.abs(weighted - probabilities(X, SPECIES)).max() > 1e-3


def test_weights_go_with_a_validation_split():
    weights = np.where(SPECIES == 2, 5.0, 1.0)
    by_sample = probabilities(X, SPECIES, sample_weight=weights, validation_fraction=0.2)
    np.testing.assert_array_equal(by_sample, probabilities(X, SPECIES, class_weight={2: 5}, validation_fraction=0.2))


@pytest.mark.parametrize("labels", [SPECIES, SPECIES.astype(float), SPECIES.astype(str)])
def test_class_weights_go_by_label(labels):
    heavy = labels.tolist()[-1]
    weighted = probabilities(X, labels, class_weight={heavy: 4})
    weights = np.where(labels == heavy, 4.0, 1.0)
    np.testing.assert_array_equal(weighted, probabilities(X, labels, sample_weight=weights))


def test_epochs_are_counted_where_training_stops_early():
    stopping = {"monitor": "cost", "patience": 2, "min_delta": 0.5}
    classifier = DenseClassifier(**FEW, early_stopping=stopping).fit(X, SPECIES)
    assert classifier.n_iter_ == len(classifier.loss_curve_) == 3
    assert DenseClassifier(**FEW).fit(X, SPECIES).n_iter_ == 30


def test_the_form_of_the_first_layer_is_told():
    assert DenseClassifier(**FEW).fit(X, SPECIES).first_layer_ == "weight_space"
    assert DenseClassifier(**FEW, first_layer="sample_space").fit(X, SPECIES).first_layer_ == "sample_space"


@pytest.mark.parametrize(
    ("samples", "labels", "weights", "error", "words"),
    [
        (X, SPECIES * 0, None, ValueError, r"1 class .*\[0\].*at least 2"),
        (X, SPECIES, SPECIES == 1, ValueError, r"1 class .*\[1\].*at least 2"),
        (X, SPECIES, SPECIES - 1.0, ValueError, "[Nn]egative"),
        (X, SPECIES, [1.0], ValueError, "sample_weight"),
        (X, X[:, 0], None, ValueError, "Unknown label type"),
        (X[:, :0], SPECIES, None, ValueError, "0 feature"),
        (X[:0], SPECIES[:0], None, ValueError, "0 sample"),
        (np.where(X > 2, np.nan, X), SPECIES, None, ValueError, "NaN"),
        (csr_array(X), SPECIES, None, TypeError, "[Ss]parse"),
    ],
)
def test_refuses_data_that_does_not_fit(samples, labels, weights, error, words):
    with pytest.raises(error, match=words):
        DenseClassifier(**FEW).fit(samples, labels, sample_weight=weights)


def test_refuses_other_features_than_it_was_trained_on():
    with pytest.raises(ValueError, match=r"3 features.*expecting 4"):
        DenseClassifier(**FEW).fit(X, SPECIES).predict(X[:, :3])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"activation": "softmax"}, "activation"),
        ({"class_weight": {"rose": 2}}, "rose.*0, 1, 2"),
        ({"optimizer": "adam", "first_layer": "sample_space"}, "first_layer"),
    ],
)
def test_refuses_hyperparameters_when_it_is_fitted(change, words):
    classifier = DenseClassifier(**change)
    with pytest.raises(InvalidHyperparameter, match=words):
        classifier.fit(X, SPECIES)


def test_divergence_is_told():
    with pytest.raises(Diverged, match="learning rate"):
        DenseClassifier(activation="relu", initializer="large_random", learning_rate=1e300).fit(X, SPECIES)


def test_nothing_else_needs_scikit_learn():
    sources = Path(nncore.__file__).parent.glob("*.py")
    asking = [path.name for path in sources if re.search(r"^\s*(from|import) sklearn", path.read_text(), re.MULTILINE)]
    assert asking == ["sklearn.py"]
    code = "import sys, nncore; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
