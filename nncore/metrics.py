"""What a classifier is worth on labelled images; every rate is a fraction."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Labels

BINS = 10  # of the calibration error


def evaluate(probabilities: Array, labels: Labels, *, names: Sequence[str]) -> dict[str, Any]:
    """Return all metrics of probabilities (n, classes) for labels (n,), as JSON has them."""
    confusion = confusion_matrix(probabilities.argmax(axis=1), labels, classes=len(names))
    by_class = per_class(confusion)
    present = confusion.sum(axis=1) > 0
    return {
        "cost": cost(probabilities, labels),
        "accuracy": accuracy(probabilities, labels),
        "balanced_accuracy": float(by_class["recall"][present].mean()),
        "largest_class_share": float(confusion.sum(axis=1).max() / len(labels)),
        "roc_auc": roc_auc(probabilities, labels),
        "calibration_error": calibration_error(probabilities, labels),
        "confusion": confusion.tolist(),
        "classes": {
            name: {measure: float(values[label]) for measure, values in by_class.items()}
            | {"images": int(confusion[label].sum())}
            for label, name in enumerate(names)
        },
    }


def costs(probabilities: Array, labels: Labels) -> Array:
    """Return -log p of the true class of each image, (n,); a probability of 0 counts as the smallest that is not."""
    of_truth = probabilities[np.arange(len(labels)), labels]
    return -np.log(np.maximum(of_truth, np.finfo(of_truth.dtype).tiny))


def cost(probabilities: Array, labels: Labels) -> float:
    """Return the mean of the costs of all images."""
    return float(costs(probabilities, labels).mean(dtype=np.float64))


def accuracy(probabilities: Array, labels: Labels) -> float:
    """Return the share of images whose most probable class, of probabilities (n, classes), is their label."""
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def confusion_matrix(answers: Labels, labels: Labels, *, classes: int) -> NDArray[np.intp]:
    """Return how many images of each class (rows) got which answer (columns), of shape (classes, classes)."""
    return np.bincount(labels * classes + answers, minlength=classes * classes).reshape(classes, classes)


def per_class(confusion: NDArray[np.intp]) -> dict[str, Array]:
    """Return precision, recall and F1, each of shape (classes,); 0 where there is nothing to divide by."""
    right = np.diag(confusion).astype(np.float64)
    answered, true = confusion.sum(axis=0), confusion.sum(axis=1)
    return {
        "precision": right / np.maximum(answered, 1),
        "recall": right / np.maximum(true, 1),
        "f1": 2 * right / np.maximum(answered + true, 1),
    }


def roc_auc(probabilities: Array, labels: Labels) -> float | None:
    """Return the chance that an image of a class gets a higher probability of it than one of another class.

    With three classes and more, the mean over the classes, each against the rest; None where all images are of one.
    """
    classes = [1] if probabilities.shape[1] == 2 else range(probabilities.shape[1])
    areas = [_area(probabilities[:, label], labels == label) for label in classes]
    known = [area for area in areas if area is not None]
    return float(np.mean(known)) if known else None


def _area(scores: Array, positive: NDArray[np.bool_]) -> float | None:
    """Return the area under one curve, from the ranks of the positives; ties share their ranks (Mann and Whitney)."""
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(probabilities: Array, labels: Labels) -> float:
    """Return how far confidence is from accuracy, on average over bins of confidence (Guo et al., 2017)."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
    gaps = np.bincount(bins, weights=right - confidence, minlength=BINS)
    return float(np.abs(gaps).sum() / len(labels))
