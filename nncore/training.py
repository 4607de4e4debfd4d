"""The training loop, the same for one network and for hundreds: epochs of batches, each batch one update."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Labels, Pixels
from nncore.batches import batches, record_interval
from nncore.construction import new_network
from nncore.diagnostics import Warned, diagnose
from nncore.early_stopping import Stopper
from nncore.errors import Diverged, InvalidHyperparameter
from nncore.first_layer import Indices
from nncore.gradient_check import GradientCheck, check_gradients
from nncore.history import History
from nncore.hyperparameters import OF_A_LANE, Hyperparameters
from nncore.lanes import Lanes, select
from nncore.metrics import evaluate
from nncore.network import Network
from nncore.normalization import Normalization
from nncore.parameters import Parameters
from nncore.sample_weights import class_weights
from nncore.splits import Split, Splits
from nncore.trained_model import TrainedModel
from nncore.update import Update
from nncore.watched import Watched


class Training:
    """Networks in training; iterating over it trains, one update a turn, and between two turns anyone may look.

    The cost of an epoch is that of the parameters before its update; with more than one batch, the mean over the
    batches, each before its own update. Validation and test values are those of the parameters before the epoch.
    """

    def __init__(
        self,
        images: Pixels,
        labels: Labels,
        *,
        classes: int | Sequence[str],
        hyperparameters: Hyperparameters | Sequence[Hyperparameters],
        test: tuple[Pixels, Labels] | None = None,
        weights: Array | None = None,
        held_out: Array | None = None,
        gram: Array | None = None,
        record_every: int | None = None,
    ) -> None:
        """Take uint8 images (n, ...), labels (n,) from 0, the classes' names or their number, and one lane or many.

        Weights (lanes, n) say how much each image counts; held_out (lanes, n), how much in the validation instead. The
        Gram matrix (n, n) of the normalised images saves its computation. Raises InvalidData and InvalidHyperparameter
        where these do not fit together.
        """
        self.hyperparameters = as_lanes(hyperparameters)
        self.classes = [str(number) for number in range(classes)] if isinstance(classes, int) else list(classes)
        self.epoch = 0
        self.epochs = self._shared.epochs
        self.histories = History(lanes=len(self.hyperparameters))
        self.diverged: dict[int, int] = {}  # lane: epoch
        self._stopped: dict[int, tuple[Array, Array]] = {}  # lane: its parameters
        self._record_every = record_every or record_interval(self.epochs)
        self._check_lanes(validated=held_out is not None)
        self.splits = Splits.make(
            Split(images, labels), test=test and Split(*test), classes=len(self.classes), hyperparameters=self._shared
        )
        self._normalization = Normalization.of(self._shared.normalization, self.splits.train.images)
        self._build(weights=weights, held_out=held_out, gram=gram)

    @property
    def first_layer(self) -> str:
        """The form in which the first layer is trained."""
        return self.network.first_layer.name

    @property
    def network(self) -> Network:
        """The lanes that are still trained."""
        return self._update.network

    @property
    def history(self) -> dict[str, list[float]]:
        """The recorded epochs of the first lane."""
        return self.histories.of_lane(0)

    def __iter__(self) -> Iterator[None]:
        """Train; raises Diverged at the first cost of an only lane that is not finite; among others it just stops."""
        while self.epoch < self.epochs and len(self._stopped) < len(self.hyperparameters):
            yield from self._train_epoch()
        if len(self._stopped) < len(self.hyperparameters):
            self._stop(np.ones(len(self._update.lanes.numbers), dtype=bool))

    def result(self, lanes: Sequence[int] = (0,)) -> TrainedModel:
        """Return one lane, or several as members of one model, as they are now, with metrics of all splits.

        Raises Diverged for a lane whose cost is no finite number any more.
        """
        for lane in lanes:
            if lane in self.diverged:
                raise self._divergence(lane)
        trained = self.network_of(lanes)
        network = Network.from_arrays(trained.weights, trained.biases, activation=trained.activation)
        model = TrainedModel(network=network, normalization=self._normalization, metrics={})
        for name, split in vars(self.splits).items():
            model.metrics[name] = split and evaluate(
                model.probabilities(split.images), split.labels, names=self.classes
            )
        return model

    def warnings(self, model: TrainedModel) -> list[Warned]:
        """Return what a model of this training suffers from, each with a remedy."""
        X = self._normalization.apply(self.splits.train.images, dtype=self._shared.dtype)
        return diagnose(model.network, X, metrics=model.metrics, initializer=self._shared.initializer)

    def network_of(self, lanes: Sequence[int]) -> Network:
        """Return these lanes as they are now, those that have stopped too, in the form in which they are trained."""
        current = self.network.parameters
        row_of = {lane: row for row, lane in enumerate(self._update.lanes.numbers)}
        first_layer = self._origin.keep(np.asarray(lanes))
        rest = np.empty((len(lanes), current.rest.shape[1]), dtype=current.rest.dtype)
        for row, lane in enumerate(lanes):
            stopped = self._stopped.get(lane)
            first_layer.matrix[row], rest[row] = stopped or (array[row_of[lane]] for array in current.arrays)
        parameters = Parameters(first=first_layer.matrix, rest=rest, layer_sizes=current.layer_sizes)
        return Network(first_layer=first_layer, parameters=parameters, activation=self._shared.activation)

    def check_gradients(self) -> GradientCheck:
        """Compare the gradients of the only lane, as it is now, with numerical ones on all training images."""
        update, network = self._update, self.network
        return check_gradients(
            network,
            self.splits.train.images,
            self.splits.train.labels,
            normalization=self._normalization,
            shares=update.lanes.shares[0],
            l2=self._shared.l2,
            batch=network.first_layer.batch(None),
        )

    @property
    def _shared(self) -> Hyperparameters:
        return self.hyperparameters[0]

    def _check_lanes(self, *, validated: bool) -> None:
        if any(lane.shared != self._shared.shared for lane in self.hyperparameters):
            message = "lanes that are trained together may differ in these alone: " + ", ".join(sorted(OF_A_LANE))
            raise InvalidHyperparameter(message, field="hyperparameters")
        stopping = self._shared.early_stopping
        if (
            stopping
            and stopping.monitor.startswith("validation")
            and not (validated or self._shared.validation_fraction)
        ):
            message = f"early_stopping monitors {stopping.monitor}; that needs a validation_fraction above 0"
            raise InvalidHyperparameter(message, field="early_stopping")

    def _build(self, *, weights: Array | None, held_out: Array | None, gram: Array | None) -> None:
        train = self.splits.train
        X = self._normalization.apply(train.images, dtype=self._shared.dtype)
        network = new_network(self.hyperparameters, X=X, classes=len(self.classes), gram=gram)
        targets = network.loss.targets(train.labels, classes=len(self.classes)).astype(self._shared.dtype)
        by_class = [class_weights(lane.class_weight, train.labels, names=self.classes) for lane in self.hyperparameters]
        counts = np.stack(by_class) * (1 if weights is None else weights)
        lanes = Lanes.of(self.hyperparameters, weights=counts, held_out=held_out)
        self._origin = network.first_layer
        self._update = Update(network, lanes, hyperparameters=self.hyperparameters, targets=targets)
        self._watched = {
            name: Watched.of(split, network=network, normalization=self._normalization, classes=len(self.classes))
            for name, split in (("validation", self.splits.validation), ("test", self.splits.test))
            if split
        }
        stopping = self._shared.early_stopping
        self._stopper = Stopper(stopping, network.parameters) if stopping else None

    def _train_epoch(self) -> Iterator[None]:
        lanes, looking = self._update.lanes, self._is_recorded() or self._stopper is not None
        before = self.network.parameters.copy() if self._stopper else None
        values = self._look() if looking else {}
        costs, hits = np.zeros(len(lanes.numbers)), np.zeros(len(lanes.numbers))
        self._update.begin_epoch(self.epoch, rate_factor=self._rate_factor())
        for indices in self._batches():
            cost, logits = self._update.step(indices)
            costs += np.sum(cost * select(lanes.shares, indices), axis=1)
            if looking:
                hits += self._hits(logits, indices)
            self._check_finite(costs)
            yield
        if looking:
            if lanes.held_out is not None and self._update.sees_held_out:
                values |= self._held_out_values(cost, logits)
            values["cost"] = costs + values.pop("l2")
            values["accuracy"] = hits / np.count_nonzero(lanes.shares, axis=1)
        self._end_epoch(values, before)

    def _end_epoch(self, values: dict[str, Array], before: Parameters | None) -> None:
        numbers = self._update.lanes.numbers
        if self._is_recorded():
            self.histories.record(self.epoch + 1, values, lanes=numbers)
        self.epoch += 1
        ending = np.isin(numbers, list(self.diverged))
        if self._stopper:
            ending |= self._stopper.look(values[self._stopper.monitor], before)
        if ending.any():
            self._stop(ending)

    def _stop(self, ending: NDArray[np.bool_]) -> None:
        """Put these lanes' parameters aside and go on without them."""
        parameters = self.network.parameters
        if self._stopper:
            self._stopper.restore(parameters, lanes=ending)
        for row in np.flatnonzero(ending):
            lane = int(self._update.lanes.numbers[row])
            self._stopped[lane] = parameters.first[row].copy(), parameters.rest[row].copy()
        kept = np.flatnonzero(~ending)
        if len(kept):
            self._update.keep(kept)
            self._watched = {name: watched.keep(kept, network=self.network) for name, watched in self._watched.items()}
            if self._stopper:
                self._stopper.keep(kept)

    def _look(self) -> dict[str, Array]:
        """Return what can be told of the parameters before an epoch."""
        network, lanes = self.network, self._update.lanes
        values = {"l2": self._update.l2_costs()}
        for name, watched in self._watched.items():
            values[f"{name}_cost"], values[f"{name}_accuracy"] = watched.look(network)
        if lanes.held_out is not None and not self._update.sees_held_out:
            logits = network.forward(network.first_layer.batch(None)).logits
            values |= self._held_out_values(network.loss.costs(logits, self._update.targets), logits)
        return values

    def _held_out_values(self, costs: Array, logits: Array) -> dict[str, Array]:
        shares = self._update.lanes.held_out
        right = self.network.loss.answers(logits) == self.splits.train.labels
        return {
            "validation_cost": np.sum(costs * shares, axis=1),
            "validation_accuracy": np.sum(right * shares, axis=1),
        }

    def _hits(self, logits: Array, indices: Indices | None) -> Array:
        labels = self.splits.train.labels if indices is None else self.splits.train.labels[indices]
        counted = select(self._update.lanes.shares, indices) > 0
        return np.count_nonzero((self.network.loss.answers(logits) == labels) & counted, axis=1)

    def _batches(self) -> Iterator[Indices | None]:
        n = len(self.splits.train.labels)
        return batches(n, size=self._shared.batch_size, seeds=self._update.lanes.seeds, epoch=self.epoch)

    def _is_recorded(self) -> bool:
        number = self.epoch + 1
        return number % self._record_every == 0 or number == self.epochs

    def _rate_factor(self) -> float:
        return self._shared.schedule.at(self.epoch, epochs=self.epochs) if self._shared.schedule else 1.0

    def _check_finite(self, costs: Array) -> None:
        if np.isfinite(costs).all():
            return
        for lane in self._update.lanes.numbers[~np.isfinite(costs)]:
            self.diverged.setdefault(int(lane), self.epoch + 1)
        if len(self.hyperparameters) == 1:
            raise self._divergence(0)

    def _divergence(self, lane: int) -> Diverged:
        epoch, rate = self.diverged[lane], self.hyperparameters[lane].learning_rate
        message = f"the cost of epoch {epoch} is no finite number; a learning rate below {rate} may help"
        return Diverged(message, epoch=epoch)


def as_lanes(hyperparameters: Hyperparameters | Sequence[Hyperparameters]) -> list[Hyperparameters]:
    """Return one lane as a list of it, and many as they are."""
    return [hyperparameters] if isinstance(hyperparameters, Hyperparameters) else list(hyperparameters)


def train(
    images: Pixels,
    labels: Labels,
    *,
    hyperparameters: Hyperparameters | None = None,
    classes: int | Sequence[str] | None = None,
    test: tuple[Pixels, Labels] | None = None,
) -> tuple[TrainedModel, dict[str, list[float]]]:
    """Train one network to its end; return it with its history.

    Images are uint8 of shape (n, ...), labels of shape (n,) count from 0. Raises InvalidData and Diverged.
    """
    training = Training(
        images,
        labels,
        classes=classes or int(np.max(labels)) + 1,
        hyperparameters=hyperparameters or Hyperparameters(),
        test=test,
    )
    for _ in training:
        pass
    return training.result(), training.history
