"""Metrics of known answers, and against scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as peer

from nncore.metrics import accuracy, calibration_error, confusion_matrix, cost, evaluate, per_class, roc_auc

PROBABILITIES = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.8, 0.2]])
LABELS = np.array([0, 1, 0, 0])


def test_known_values():
    assert accuracy(PROBABILITIES, LABELS) == 0.75
    assert cost(PROBABILITIES, LABELS) == pytest.approx(-np.log([0.9, 0.6, 0.3, 0.8]).mean())
    np.testing.assert_array_equal(confusion_matrix(np.array([0, 1, 1, 0]), LABELS, classes=2), [[2, 1], [0, 1]])
    assert roc_auc(PROBABILITIES, LABELS) == pytest.approx(2 / 3)
    assert calibration_error(PROBABILITIES, LABELS) == pytest.approx((0.1 + 0.4 + 0.7 + 0.2) / 4)


def test_a_probability_of_one_costs_nothing():
    assert str(cost(np.array([[1.0, 0.0]]), np.array([0]))) == "0.0"  # and not -0.0


def test_a_probability_of_zero_gives_a_finite_cost():
    assert np.isfinite(cost(np.array([[1.0, 0.0]]), np.array([1])))


def test_a_split_of_one_class_has_no_curve():
    metrics = evaluate(PROBABILITIES, np.zeros(4, dtype=int), names=["a", "b"])
    assert metrics["roc_auc"] is None
    assert metrics["balanced_accuracy"] == 0.5
    assert metrics["largest_class_share"] == 1.0


@given(seed=st.integers(0, 999), classes=st.integers(2, 4), n=st.integers(12, 40))
def test_agrees_with_scikit_learn(seed, classes, n):
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), random.integers(0, classes, n - classes)])
    scores = random.integers(1, 6, (n, classes)).astype(float)  # few values, so that there are ties
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    answers = probabilities.argmax(axis=1)
    found = evaluate(probabilities, labels, names=[str(label) for label in range(classes)])
    expected = peer.precision_recall_fscore_support(labels, answers, labels=range(classes), zero_division=0)
    for measure, values in zip(("precision", "recall", "f1", "images"), expected, strict=True):
        np.testing.assert_allclose([found["classes"][str(label)][measure] for label in range(classes)], values)
    assert found["cost"] == pytest.approx(peer.log_loss(labels, probabilities))
    assert found["balanced_accuracy"] == pytest.approx(peer.balanced_accuracy_score(labels, answers))
    curve = {"multi_class": "ovr"} if classes > 2 else {}
    scores_for_peer = probabilities if classes > 2 else probabilities[:, 1]
    assert found["roc_auc"] == pytest.approx(peer.roc_auc_score(labels, scores_for_peer, **curve))
    assert found["confusion"] == peer.confusion_matrix(labels, answers).tolist()


def test_nothing_is_divided_by_zero():
    values = per_class(np.array([[3, 0], [2, 0]]))
    np.testing.assert_allclose(values["precision"], [0.6, 0])
    np.testing.assert_allclose(values["recall"], [1, 0])
    np.testing.assert_allclose(values["f1"], [0.75, 0])
