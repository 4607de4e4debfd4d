"""The network as scikit-learn's classifiers are; needs the extra `nncore[sklearn]`."""

from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from nncore.arrays import Array, Labels
from nncore.early_stopping import EarlyStopping
from nncore.folds import stratified_split
from nncore.hyperparameters import Hyperparameters
from nncore.schedules import Schedule
from nncore.training import Training

DTYPES_OF_X = (np.float64, np.float32, np.uint8)  # taken as they are; any other becomes the first


@dataclass(repr=False, eq=False)
class DenseClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A dense network for two classes or more, whose labels may be of any type that can be sorted.

    Its parameters are the hyperparameters of `nncore.hyperparameters.Hyperparameters`, where three defaults differ:
    the activation is tanh; normalization is "none", because X may hold any floats, and "scale" is right for pixels
    from 0 to 255; and the initializer is "xavier", because the series' 0.01 suits the thousands of inputs of its
    images, but with a few inputs the network hardly leaves its plateau. Class weights are given by label.

    After `fit` there are `classes_` (classes,), `n_features_in_`, `feature_names_in_` where X had names, `n_iter_` (the
    epochs that were trained), `history_` (the recorded epochs: a list of numbers by name), `loss_curve_` (its costs),
    `first_layer_` (in which form it was trained) and `model_` (the TrainedModel, with its metrics).
    """

    hidden_layers: tuple[int, ...] = Hyperparameters.hidden_layers
    _: KW_ONLY
    activation: str = "tanh"
    initializer: str = "xavier"
    optimizer: str = Hyperparameters.optimizer
    learning_rate: float = Hyperparameters.learning_rate
    epochs: int = Hyperparameters.epochs
    batch_size: int | None = Hyperparameters.batch_size
    momentum: float | None = Hyperparameters.momentum
    beta1: float = Hyperparameters.beta1
    beta2: float = Hyperparameters.beta2
    epsilon: float = Hyperparameters.epsilon
    schedule: Schedule | dict[str, Any] | None = Hyperparameters.schedule
    clip_norm: float | None = Hyperparameters.clip_norm
    l2: float = Hyperparameters.l2
    dropout: float = Hyperparameters.dropout
    input_dropout: float = Hyperparameters.input_dropout
    class_weight: Literal["balanced"] | dict[Any, float] | None = Hyperparameters.class_weight
    normalization: str = "none"
    validation_fraction: float = Hyperparameters.validation_fraction
    early_stopping: EarlyStopping | dict[str, Any] | None = Hyperparameters.early_stopping
    first_layer: str = Hyperparameters.first_layer
    dtype: str = Hyperparameters.dtype
    seed: int = Hyperparameters.seed

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train on X of shape (n, d), its labels y (n,) and, if given, weights (n,) of at least 0.

        A sample of weight 0 is as good as absent. Raises ValueError for data that does not fit or is of one class,
        TypeError for sparse X, InvalidHyperparameter, and Diverged.
        """
        samples, answers = validate_data(self, X, y, dtype=DTYPES_OF_X)
        check_classification_targets(answers)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, samples, dtype=np.float64, ensure_non_negative=True)
            samples, answers, weights = (array[weights > 0] for array in (samples, answers, weights))
        self.classes_, labels = np.unique(answers, return_inverse=True)
        self._check_classes()
        self._train(samples, labels, weights=weights)
        return self

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probability of each class, of shape (n, classes), for X of shape (n, d)."""
        check_is_fitted(self)
        probabilities: Array = self.model_.probabilities(validate_data(self, X, reset=False, dtype=DTYPES_OF_X))
        return probabilities

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the label of the most probable class, of shape (n,), for X of shape (n, d)."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def _check_classes(self) -> None:
        found = self.classes_.tolist()
        if len(found) < 2:
            raise ValueError(f"y holds {len(found)} class in samples that count: {found}; at least 2 classes are right")

    def _train(self, X: Array, labels: Labels, *, weights: Array | None) -> None:
        names = {label: str(label) for label in self.classes_.tolist()}
        if weights is not None and self.validation_fraction:
            # The training parts these samples from the others by itself, and wants the weights of the others alone.
            kept, _ = stratified_split(labels, fraction=self.validation_fraction, seed=self.seed)
            weights = weights[kept]
        training = Training(
            X,
            labels,
            classes=list(names.values()),
            hyperparameters=self._hyperparameters(names),
            weights=None if weights is None else weights[np.newaxis],
        )
        for _ in training:
            pass
        self._remember(training)

    def _hyperparameters(self, names: dict[Any, str]) -> Hyperparameters:
        values = {field.name: getattr(self, field.name) for field in fields(Hyperparameters)}
        if isinstance(self.class_weight, dict):
            by_name = {names.get(label, str(label)): weight for label, weight in self.class_weight.items()}
            values["class_weight"] = by_name
        return Hyperparameters(**values)

    def _remember(self, training: Training) -> None:
        self.model_ = training.result()
        self.history_ = training.history
        self.loss_curve_ = self.history_["cost"]
        self.n_iter_ = training.epoch
        self.first_layer_ = training.first_layer
