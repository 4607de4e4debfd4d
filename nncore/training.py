"""The training loop, the same for one network and for hundreds: epochs of batches, each batch one update."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Indices, Labels, Pixels
from nncore.batches import batches, record_interval, steps_of
from nncore.checkpoint import Part, State, hand_out, join, section, take
from nncore.construction import new_network
from nncore.diagnostics import Warned, diagnose
from nncore.early_stopping import Stopper
from nncore.ended_lanes import EndedLanes
from nncore.epoch import Epoch
from nncore.errors import Diverged, InvalidData
from nncore.gradient_check import GradientCheck, check_gradients
from nncore.gram import Grams, gram_matrix
from nncore.history import History
from nncore.hyperparameters import Hyperparameters
from nncore.image_source import Images, choose
from nncore.inputs import inputs_of
from nncore.lanes import Lanes, check_together, select
from nncore.metrics import evaluate
from nncore.network import Network
from nncore.normalization import Normalization
from nncore.parameters import Parameters
from nncore.recipe import RECIPE
from nncore.sample_weights import class_weights
from nncore.splits import Split, Splits
from nncore.trained_model import TrainedModel
from nncore.update import Update, fixed_masks
from nncore.watched import Watched


class Training:
    """Networks in training; iterating over it trains, one update a turn, and between two turns anyone may look.

    The cost of an epoch is that of the parameters before its update; with more than one batch, the mean over the
    batches, each before its own update. Validation and test values are those of the parameters before the epoch.
    """

    def __init__(
        self,
        images: Images,
        labels: Labels,
        *,
        classes: int | Sequence[str],
        hyperparameters: Hyperparameters | Sequence[Hyperparameters],
        test: tuple[Images, Labels] | None = None,
        weights: Array | None = None,
        held_out: Array | None = None,
        grams: Grams | None = None,
        record_every: int | None = None,
        initial: Network | None = None,
        own: Indices | None = None,
    ) -> None:
        """Take uint8 images (n, ...), labels (n,) from 0, the classes' names or their number, and one lane or many.

        Weights (lanes, n) say how much each image counts; held_out (lanes, n), how much in the validation instead. A
        Gram matrix that is at hand in `grams` is not computed again. All lanes start from the parameters of `initial`
        in place of drawn ones, if it is given. Of many lanes these may be a part: then `own` are the numbers, in order,
        of those that are trained here, with the same bits as all together. Raises InvalidData and
        InvalidHyperparameter where these do not fit together.
        """
        self.hyperparameters = as_lanes(hyperparameters)
        self.classes = [str(number) for number in range(classes)] if isinstance(classes, int) else list(classes)
        self.epoch = 0
        self.epochs = self._shared.epochs
        self._own = np.arange(len(self.hyperparameters)) if own is None else own
        self.histories = History(lanes=len(self.hyperparameters))
        self._ended = EndedLanes()
        self._within: Epoch | None = None  # only after a batch that is not the last of its epoch
        self._record_every = record_every or record_interval(self.epochs)
        check_together(self.hyperparameters, validated=held_out is not None)
        self.splits = Splits.make(
            Split(images, labels), test=test and Split(*test), classes=len(self.classes), hyperparameters=self._shared
        )
        self._normalization = Normalization.of(self._shared.normalization, self._counted_images(weights))
        self._build(weights=weights, held_out=held_out, grams=grams, initial=initial)

    @property
    def first_layer(self) -> str:
        """The form in which the first layer is trained."""
        return self.network.first_layer.name

    @property
    def network(self) -> Network:
        """The lanes that are still trained."""
        return self._update.network

    @property
    def diverged(self) -> dict[int, int]:
        """The lanes whose cost became no finite number, each with the first epoch of which that is so."""
        return self._ended.diverged

    @property
    def history(self) -> dict[str, list[float]]:
        """The recorded epochs of the only lane, or the means of all that were still trained."""
        return self.histories.of_lane(0) if len(self.hyperparameters) == 1 else self.histories.means()

    @property
    def is_over(self) -> bool:
        """Whether no lane is trained any more."""
        return len(self._ended) == len(self._own)

    @property
    def can_be_kept(self) -> bool:
        """Whether there is anything to keep of a training that is to end now; in another part of it there may be."""
        return self.epoch > 0 or len(self._own) < len(self.hyperparameters)

    def __iter__(self) -> Iterator[None]:
        """Train; raises Diverged at the first cost of an only lane that is not finite; among others it just stops."""
        while self.epoch < self.epochs and not self.is_over:
            yield from self._train_epoch()
        self.end()

    def end(self) -> None:
        """Train no lane any more, though there may be epochs left: each has its last parameters, or its best."""
        if not self.is_over:
            self._stop(np.ones(len(self._update.lanes.numbers), dtype=bool))

    def state(self) -> State:
        """Return all that a new Training of the same arguments needs to go on, as copies, between any two turns."""
        here = {"epoch": np.array(self.epoch), "first_layer": np.array(self.first_layer.encode())}
        return here | join(self._parts())

    def restore(self, state: State) -> None:
        """Go on where another Training of the same arguments was, with the same bits; raises InvalidData.

        After that error this Training is good for nothing.
        """
        self._check_form(state)
        self.epoch = int(take(state, "epoch"))
        self._keep(np.isin(self._update.lanes.numbers, take(state, "update/lanes")))
        self._within = self._begin_epoch() if section(state, "within") else None
        hand_out(state, self._parts())

    def recorded_after(self, epoch: int) -> State:
        """Return what was recorded of the lanes that are trained here after an epoch, and until when that is all."""
        until = np.array(np.inf if self.is_over else self.epoch)
        return {"lanes": self._own, "until": until} | {
            f"history/{name}": array for name, array in self.histories.state(after=epoch).items()
        }

    def take_over(self, states: Iterable[State]) -> None:
        """Take the last states of parts that trained all lanes elsewhere; raises InvalidData where one is left."""
        for state in states:
            self._check_form(state)
            ended = EndedLanes()
            ended.restore(section(state, "ended"))
            self._ended.merge(ended)
            self.histories.merge(section(state, "history"), lanes=np.array([*ended.parameters]))
            self.epoch = max(self.epoch, int(take(state, "epoch")))
        if not self.is_over:
            raise InvalidData("not all lanes have been trained; all must have been")

    def result(self, lanes: Sequence[int] | Indices | None = None) -> TrainedModel:
        """Return lanes as the members of one model, as they are now, with metrics of all splits.

        Unless it is said which, they are all, but for those that were ended before their first epoch where others were
        not. Raises Diverged for a lane whose cost is no finite number any more.
        """
        lanes = self._begun() if lanes is None else lanes
        for lane in lanes:
            if lane in self.diverged:
                raise self._divergence(lane, epoch=self.diverged[lane])
        model = self._model_of(lanes)
        for name, split in vars(self.splits).items():
            model.metrics[name] = split and self._evaluate(model, split, lane=lanes[0])
        return model

    def snapshot(self) -> TrainedModel | None:
        """Return the lanes as they are now, without metrics: what they would answer if they stopped here.

        Those that diverged are left out; it is None where all did.
        """
        sound = [int(lane) for lane in self._own if lane not in self.diverged]
        return self._model_of(sound) if sound else None

    def warnings(self, model: TrainedModel) -> list[Warned]:
        """Return what a model of this training suffers from, each with a remedy."""
        return diagnose(model.network, self._inputs, metrics=model.metrics, initializer=self._shared.initializer)

    def network_of(self, lanes: Sequence[int] | Indices) -> Network:
        """Return these lanes as they are now, those that have stopped too, in the form in which they are trained."""
        current = self.network.parameters
        row_of = {lane: row for row, lane in enumerate(self._update.lanes.numbers)}
        first_layer = self._origin.keep(np.searchsorted(self._own, lanes))
        rest = np.empty((len(lanes), current.rest.shape[1]), dtype=current.rest.dtype)
        for row, lane in enumerate(lanes):
            ended = self._ended.parameters.get(lane)
            first_layer.matrix[row], rest[row] = ended or (array[row_of[lane]] for array in current.arrays)
        parameters = Parameters(first=first_layer.matrix, rest=rest, layer_sizes=current.layer_sizes)
        return Network(first_layer=first_layer, parameters=parameters, activation=self._shared.activation)

    def epochs_of_lanes(self) -> NDArray[np.intp]:
        """Return for how many epochs each lane was trained, or in which its cost was not finite, of shape (lanes,)."""
        of_ended = self._ended.epochs | self.diverged
        return np.array([of_ended.get(lane, self.epoch) for lane in self._own])

    def check_gradients(self) -> GradientCheck:
        """Compare the gradients of the only lane, as it is now, with numerical ones on all training images.

        Dropout leaves out the same units on both sides.
        """
        update, network = self._update, self.network
        return check_gradients(
            network,
            self.splits.train.images[:],
            self.splits.train.labels,
            normalization=self._normalization,
            shares=update.lanes.shares[0],
            l2=self._shared.l2,
            masks=fixed_masks(
                self._shared, layer_sizes=network.layer_sizes, n=len(self.splits.train.labels), epoch=self.epoch
            ),
            batch=network.first_layer.batch(None),
        )

    def _model_of(self, lanes: Sequence[int] | Indices) -> TrainedModel:
        """Return these lanes as the members of one model, in weight space and without metrics."""
        trained = self.network_of(lanes)
        network = Network.from_arrays(trained.weights, trained.biases, activation=trained.activation)
        return TrainedModel(network=network, normalization=self._normalization, metrics={})

    def _counted_images(self, weights: Array | None) -> Images:
        """Return the training images that count in some lane: what is held out of all has no part in any statistics."""
        images = self.splits.train.images
        return images if weights is None else choose(images, np.flatnonzero(np.any(weights != 0, axis=0)))

    def _begun(self) -> Indices:
        begun: Indices = self._own[self.epochs_of_lanes() > 0]
        return begun if len(begun) else self._own

    def _check_form(self, state: State) -> None:
        form = take(state, "first_layer").item().decode()
        if form != self.first_layer:
            raise InvalidData(f"the state is of a first layer in {form}; here it is in {self.first_layer}")

    @property
    def _shared(self) -> Hyperparameters:
        return self.hyperparameters[0]

    def _build(
        self, *, weights: Array | None, held_out: Array | None, grams: Grams | None, initial: Network | None
    ) -> None:
        train = self.splits.train
        X = self._inputs = inputs_of(train.images, normalization=self._normalization, dtype=self._shared.dtype)
        gram = partial(grams.of, images=train.images, normalization=self._normalization) if grams else gram_matrix
        network = new_network(
            self.hyperparameters, own=self._own, X=X, classes=len(self.classes), gram=gram, initial=initial
        )
        targets = network.loss.targets(train.labels, classes=len(self.classes)).astype(self._shared.dtype)
        counted = np.ones((len(self.hyperparameters), len(train.labels))) if weights is None else weights
        by_class = [
            class_weights(lane.class_weight, train.labels, names=self.classes, counted=row)
            for lane, row in zip(self.hyperparameters, counted, strict=True)
        ]
        counts = np.stack(by_class) * counted
        lanes = Lanes.of(self.hyperparameters, weights=counts, held_out=held_out).keep(self._own)
        own = [self.hyperparameters[number] for number in self._own]
        self._origin = network.first_layer
        self._update = Update(network, lanes, hyperparameters=own, targets=targets)
        self._watched = {
            name: Watched.of(split, network=network, normalization=self._normalization, classes=len(self.classes))
            for name, split in (("validation", self.splits.validation), ("test", self.splits.test))
            if split
        }
        stopping = self._shared.early_stopping
        self._stopper = Stopper(stopping, network.parameters) if stopping else None

    def _parts(self) -> dict[str, Part]:
        parts: dict[str, Part] = {"update": self._update, "history": self.histories, "ended": self._ended}
        may_be = {"stopper": self._stopper, "within": self._within}
        return parts | {name: part for name, part in may_be.items() if part}

    def _train_epoch(self) -> Iterator[None]:
        within = self._within = self._within or self._begin_epoch()
        self._update.begin_epoch(self.epoch, rate_factor=self._rate_factor())
        steps = steps_of(len(self.splits.train.labels), size=self._shared.batch_size)
        for number, indices in enumerate(self._batches()):
            if number < within.steps:
                self._update.skip(indices)
                continue
            self._train_batch(indices, within)
            if within.steps == steps:
                self._end_epoch(within)
            yield

    def _begin_epoch(self) -> Epoch:
        values = self._look() if self._is_recorded() or self._stopper else {}
        before = self.network.parameters.copy() if self._stopper else None
        return Epoch(values=values, before=before)

    def _train_batch(self, indices: Indices | None, within: Epoch) -> None:
        logits = self._update.step(indices)
        within.steps += 1
        self._check_finite(logits)
        if within.is_looked_at:
            self._gather(logits, indices, within)

    @np.errstate(over="ignore", invalid="ignore")  # a lane that diverges, and a share of 0 in its cost
    def _gather(self, logits: Array, indices: Indices | None, within: Epoch) -> None:
        """Add to the sums of an epoch what these logits give."""
        lanes = self._update.lanes
        costs = self._update.costs(logits, indices)
        within.costs += np.vecdot(costs, select(lanes.shares, indices))
        within.hits += self._hits(logits, indices)
        if lanes.held_out is not None and self._update.sees_held_out:
            within.values |= self._held_out_values(costs, logits, shares=lanes.held_out)

    def _end_epoch(self, within: Epoch) -> None:
        lanes, values = self._update.lanes, within.values
        if within.is_looked_at:
            values["cost"] = within.costs + values.pop("l2")
            values["accuracy"] = within.hits / lanes.counted
        if self._is_recorded():
            self.histories.record(self.epoch + 1, values, lanes=lanes.numbers)
        self.epoch += 1
        self._within = None
        if self.diverged or self._stopper:
            ending = np.isin(lanes.numbers, list(self.diverged))
            if self._stopper:
                ending |= self._stopper.look(values[self._stopper.monitor], within.before)
            if ending.any():
                self._stop(ending)

    def _stop(self, ending: NDArray[np.bool_]) -> None:
        """Put these lanes' parameters aside and go on without them."""
        parameters = self.network.parameters
        if self._stopper:
            self._stopper.give_back(parameters, lanes=ending)
        for row in np.flatnonzero(ending):
            lane = int(self._update.lanes.numbers[row])
            self._ended.parameters[lane] = parameters.first[row].copy(), parameters.rest[row].copy()
            self._ended.epochs[lane] = self.epoch
        if not ending.all():
            self._keep(~ending)

    def _keep(self, which: NDArray[np.bool_]) -> None:
        """Go on with these lanes alone."""
        kept = np.flatnonzero(which)
        if len(kept) == len(which):
            return
        self._update.keep(kept)
        self._watched = {name: watched.keep(kept, network=self.network) for name, watched in self._watched.items()}
        if self._stopper:
            self._stopper.keep(kept)

    @np.errstate(over="ignore", invalid="ignore")  # a lane that diverges is told by its cost
    def _look(self) -> dict[str, Array]:
        """Return what can be told of the parameters before an epoch."""
        network, lanes = self.network, self._update.lanes
        values = {"l2": self._update.l2_costs()}
        for name, watched in self._watched.items():
            values[f"{name}_cost"], values[f"{name}_accuracy"] = watched.look(network)
        if lanes.held_out is not None and not self._update.sees_held_out:
            logits = network.forward(network.first_layer.batch(None)).logits
            costs = network.loss.costs(logits, self._update.targets)
            values |= self._held_out_values(costs, logits, shares=lanes.held_out)
        return values

    def _held_out_values(self, costs: Array, logits: Array, *, shares: Array) -> dict[str, Array]:
        right = self.network.loss.answers(logits) == self.splits.train.labels
        return {
            "validation_cost": np.vecdot(costs, shares),
            "validation_accuracy": np.vecdot(right, shares),
        }

    def _hits(self, logits: Array, indices: Indices | None) -> Array:
        labels = self.splits.train.labels if indices is None else self.splits.train.labels[indices]
        counted = select(self._update.lanes.shares, indices) > 0
        return np.add.reduce((self.network.loss.answers(logits) == labels) & counted, axis=1)

    def _batches(self) -> Iterator[Indices | None]:
        n = len(self.splits.train.labels)
        return batches(n, size=self._shared.batch_size, seeds=self._update.lanes.seeds, epoch=self.epoch)

    def _is_recorded(self) -> bool:
        number = self.epoch + 1
        return number % self._record_every == 0 or number == self.epochs

    def _rate_factor(self) -> float:
        return self._shared.schedule.at(self.epoch, epochs=self.epochs) if self._shared.schedule else 1.0

    def _check_finite(self, logits: Array) -> None:
        """Note the lanes whose cost is not finite, which is so where a logit is not."""
        if isfinite(np.vdot(logits, logits)):  # so all of them are; the other way round, a square may be too large
            return
        finite = np.isfinite(logits)
        if finite.all():
            return
        for lane in self._update.lanes.numbers[~finite.all(axis=(1, 2))]:
            self.diverged.setdefault(int(lane), self.epoch + 1)
        if len(self.hyperparameters) == 1:
            raise self._divergence(0, epoch=self.diverged[0])

    def _evaluate(self, model: TrainedModel, split: Split, *, lane: int) -> dict[str, Any]:
        """Return the metrics of a split; raises Diverged where the last update, which no cost shows, went too far."""
        network = model.network
        with np.errstate(over="ignore", invalid="ignore"):
            answers = model.probabilities_together(split.images)
        if not all(np.isfinite(array).all() for array in [answers, *network.weights, *network.biases]):
            raise self._divergence(lane, epoch=self.epoch)
        return evaluate(answers, split.labels, names=self.classes)

    def _divergence(self, lane: int, *, epoch: int) -> Diverged:
        rate = self.hyperparameters[lane].learning_rate
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
    """Train one network to its end, with the recipe unless told how; return it with its history.

    Images are uint8 of shape (n, ...), labels of shape (n,) count from 0. Raises InvalidData and Diverged.
    """
    training = Training(
        images,
        labels,
        classes=classes or int(np.max(labels)) + 1,
        hyperparameters=hyperparameters or RECIPE,
        test=test,
    )
    for _ in training:
        pass
    return training.result(), training.history
