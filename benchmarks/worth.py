"""What the models are worth on the cat images.

Balanced accuracy, in percent. `test` is the mean over 20 seeds on the 50 test images, after training on the 209 others;
`cross-validation` is the mean over 10 repeats of 5 folds on all 259 images; after the ± the standard deviation over
seeds and over repeats. A single network of nncore is the mean of 32 that are judged alone; 32 members answer with their
mean probability. The recipe is what a training gets that is told no hyperparameters; it was chosen by cross-validation
on the 209 training images alone: 20 and 7 ReLU units from the weights of He et al., standardised pixels, balanced
classes, 200 epochs at a rate of 0.01. The peers have their own
defaults, and the same images divided by 255.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from benchmarks.images import cats
from benchmarks.measure import blas_threads
from benchmarks.series import SERIES
from nncore import RECIPE, Hyperparameters, Training
from nncore.arrays import Array, Labels, Pixels
from nncore.folds import stratified_folds
from nncore.normalization import Normalization

MEMBERS, SEEDS, REPEATS, FOLDS = 32, 20, 10, 5
Answer = Callable[..., Array]


def rows() -> list[dict[str, str]]:
    """Train all contenders; a row for each, and one more for the members of nncore together."""
    contenders: dict[str, Answer] = {
        "nncore": partial(nncore, hyperparameters=RECIPE),
        "nncore, the series' hyperparameters": partial(nncore, hyperparameters=SERIES),
        "scikit-learn LogisticRegression": scikit_learn(lambda seed: LogisticRegression(random_state=seed)),
        "scikit-learn MLPClassifier": scikit_learn(lambda seed: MLPClassifier(random_state=seed)),
    }
    table = []
    with blas_threads(1):
        for name, answer in contenders.items():
            on_test, in_folds = test_answers(answer), cross_validated_answers(answer)
            table.append({"": name} | judged(on_test, in_folds))
            if on_test[0][0].shape[0] > 1:
                together = [[(mean(p), y) for p, y in answers] for answers in (on_test, in_folds)]
                table.append({"": f"{name}, {MEMBERS} members"} | judged(*together))
    return table


def nncore(images: Pixels, labels: Labels, others: Pixels, *, seed: int, hyperparameters: Hyperparameters) -> Array:
    """Return the probability of the second class that each of 32 networks gives the other images, (members, n)."""
    lanes = [replace(hyperparameters, seed=MEMBERS * seed + member) for member in range(MEMBERS)]
    training = Training(images, labels, classes=2, hyperparameters=lanes)
    for _ in training:
        pass
    network = training.network_of(range(MEMBERS))
    X = Normalization.of(hyperparameters.normalization, images).apply(others, dtype=hyperparameters.dtype)
    logits = network.forward(network.first_layer.others(X)).logits
    return network.loss.probabilities(logits)[:, 1]


def scikit_learn(make: Callable[[int], LogisticRegression | MLPClassifier]) -> Answer:
    """Return what an estimator says, of shape (1, n)."""

    def answer(images: Pixels, labels: Labels, others: Pixels, *, seed: int) -> Array:
        X, X_others = (((part.reshape(len(part), -1) / 255).astype(np.float32)) for part in (images, others))
        return make(seed).fit(X, labels).predict_proba(X_others)[np.newaxis, :, 1]

    return answer


def test_answers(answer: Answer) -> list[tuple[Array, Labels]]:
    """Return what is answered about the test images with each seed, and the right answers."""
    images, labels = cats()
    others, right = cats("test")
    return [(answer(images, labels, others, seed=seed), right) for seed in range(SEEDS)]


def cross_validated_answers(answer: Answer) -> list[tuple[Array, Labels]]:
    """Return what is answered in each repeat about all images, each by those that have not seen it."""
    images, labels = (np.concatenate(parts) for parts in zip(cats(), cats("test"), strict=True))
    repeats = []
    for repeat in range(REPEATS):
        fold = stratified_folds(labels, folds=FOLDS, seed=1, repeat=repeat)
        order = [np.flatnonzero(fold == number) for number in range(FOLDS)]
        answers = [
            answer(np.delete(images, own, axis=0), np.delete(labels, own), images[own], seed=repeat) for own in order
        ]
        repeats.append((np.concatenate(answers, axis=1), labels[np.concatenate(order)]))
    return repeats


def mean(probabilities: Array) -> Array:
    """Return the mean over the members, of shape (1, n)."""
    return probabilities.mean(axis=0, keepdims=True)


def judged(on_test: list[tuple[Array, Labels]], in_folds: list[tuple[Array, Labels]]) -> dict[str, str]:
    """Write the balanced accuracies."""
    columns = {"test": on_test, "cross-validation": in_folds}
    return {name: spread([balanced_accuracy(*one) for one in answers]) for name, answers in columns.items()}


def balanced_accuracy(probabilities: Array, right: Labels) -> float:
    """Return the mean over the members of the mean over the classes of the share that is right."""
    answers = probabilities > 0.5
    return float(np.mean([(answers[:, right == label] == label).mean() for label in (0, 1)]))


def spread(values: list[float]) -> str:
    """Write mean and standard deviation, in percent."""
    return f"{100 * np.mean(values):.1f} ± {100 * np.std(values):.1f}"
