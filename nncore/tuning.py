"""The search for hyperparameters by cross-validation: every candidate and fold is a lane."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from nncore.arrays import Array, Labels, Pixels
from nncore.checkpoint import Part, State, hand_out, join, take
from nncore.diagnostics import Warned
from nncore.ensemble import members_of
from nncore.errors import Diverged, InvalidHyperparameter
from nncore.folds import Folds, held_out
from nncore.gram import Grams
from nncore.hyperparameters import Hyperparameters
from nncore.lane_groups import LARGEST_GROUP, LaneGroup, lane_groups
from nncore.leaderboard import OBJECTIVES, Leaderboard
from nncore.metrics import evaluate
from nncore.out_of_fold import OutOfFold
from nncore.splits import Split
from nncore.trained_model import TrainedModel
from nncore.training import Training


class Tuning:
    """Candidates in cross-validation, then the best of them on all images; used as a Training is.

    Iterating over it trains, one update a turn. Its epochs are those of all groups of lanes that are trained one after
    the other, and of the final training.
    """

    def __init__(
        self,
        images: Pixels,
        labels: Labels,
        *,
        classes: int | Sequence[str],
        candidates: Sequence[Hyperparameters],
        folds: Folds = 5,
        repeats: int = 1,
        seed: int = 1,
        members: int = 1,
        objective: str = "balanced_accuracy",
        searched: Sequence[str] | None = None,
        test: tuple[Pixels, Labels] | None = None,
        record_every: int | None = None,
        largest_group: int = LARGEST_GROUP,
        grams: Grams | None = None,
    ) -> None:
        """Take what a Training takes, the candidates, how the images are dealt out, and the final model's members.

        The objective is "balanced_accuracy", "accuracy" or "cost", of the held-out images, in the mean over the folds.
        The leaderboard tells candidates apart by the hyperparameters that were searched, or those that differ. Raises
        InvalidData and InvalidHyperparameter where these do not fit together.
        """
        check_candidates(candidates, objective=objective, members=members)
        names = [str(number) for number in range(classes)] if isinstance(classes, int) else list(classes)
        self._train = Split(images, labels)
        self._train.check(classes=len(names))
        self._test = test
        self._record_every = record_every
        self.candidates = list(candidates)
        self.classes = names
        self.members = members
        self._searched = searched
        self._held_out = held_out(labels, folds=folds, repeats=repeats, seed=seed)
        per_repeat = len(self._held_out) // repeats
        self.standing = Leaderboard(
            self._held_out, labels, candidates=len(candidates), folds=per_repeat, objective=objective
        )
        self._out_of_fold = OutOfFold(self._held_out, folds=per_repeat, classes=len(names))
        self._groups = lane_groups(
            candidates,
            splits=len(self._held_out),
            n=len(labels),
            d=int(np.prod(images.shape[1:])),
            classes=len(names),
            largest=largest_group,
        )
        self._grams = grams or Grams()
        self._stage = 0
        self._training = self._of_stage()

    @property
    def epoch(self) -> int:
        """How many epochs of all groups are done."""
        return self._epochs_before() + self._training.epoch

    @property
    def epochs(self) -> int:
        """How many there are to do at most: the final training counts as the longest of the candidates."""
        longest = max(candidate.epochs for candidate in self.candidates)
        return sum(group.shared.epochs for group in self._groups) + longest

    @property
    def first_layer(self) -> str:
        """The form in which the first layer of the networks in training is trained."""
        return self._training.first_layer

    @property
    def is_final(self) -> bool:
        """Whether the best candidate is known, and is trained again on all images."""
        return self._stage == len(self._groups)

    @property
    def history(self) -> dict[str, list[float]]:
        """The recorded epochs of the final training, counted as this tuning counts; none before it has begun."""
        if not self.is_final:
            return {"epoch": [], "cost": []}
        columns = self._training.history
        return columns | {"epoch": [self._epochs_before() + epoch for epoch in columns["epoch"]]}

    @property
    def best(self) -> int:
        """The candidate that is first at present."""
        return self.standing.order()[0]

    @property
    def best_hyperparameters(self) -> dict[str, Any]:
        """The hyperparameters of that candidate, as JSON has them."""
        return self.candidates[self.best].to_json()

    def __iter__(self) -> Iterator[None]:
        """Train; raises Diverged where every candidate diverges, or the final training does."""
        while not self.is_final:
            yield from self._train_group()
            self._end_group()
            self._stage += 1
            self._training = self._of_stage()
        yield from self._training

    def leaderboard(self, *, folds: bool = True, most: int | None = None) -> list[dict[str, Any]]:
        """Return the candidates, the best first, as JSON has them; those in training with what they are worth now.

        Each has the mean and the standard deviation of cost, accuracy and balanced accuracy over the folds.
        """
        standing = self.standing
        if not self.is_final:
            standing = standing.copy()
            self._write(standing)
        return standing.rows(self.told_apart(), folds=folds, most=most)

    def told_apart(self) -> list[dict[str, Any]]:
        """Return of each candidate the hyperparameters that were searched."""
        described = [candidate.to_json() for candidate in self.candidates]
        names = self._searched
        if names is None:
            names = [name for name in described[0] if any(each[name] != described[0][name] for each in described)]
        return [{name: each[name] for name in names} for each in described]

    def out_of_fold(self) -> Array:
        """Return what the best candidate answered about each training image while it was held out, (n, classes)."""
        return self._out_of_fold.of(self.best)

    def answers(self) -> list[dict[str, Any]]:
        """Return what the best candidate said of each training image while it was held out, the hardest first."""
        probabilities, labels = self.out_of_fold(), self._train.labels
        of_truth = probabilities[np.arange(len(labels)), labels]
        return [
            {
                "image": int(image),
                "label": self.classes[labels[image]],
                "probability": float(of_truth[image]),
                "answer": self.classes[probabilities[image].argmax()],
            }
            for image in np.argsort(of_truth, kind="stable")
        ]

    def result(self) -> TrainedModel:
        """Return the best candidate, trained on all images; its validation metrics are those of cross-validation."""
        model = self._training.result()
        model.metrics["validation"] = evaluate(self.out_of_fold(), self._train.labels, names=self.classes)
        return model

    @property
    def can_be_kept(self) -> bool:
        """Whether there is anything to keep of a tuning that is to end now: the best has begun its final training."""
        return self.is_final and self._training.can_be_kept

    def snapshot(self) -> TrainedModel | None:
        """Return the best as it is now, without metrics, or None before its final training has begun."""
        return self._training.snapshot() if self.is_final else None

    def end(self) -> None:
        """Train no longer, though there may be epochs left of the final training."""
        self._training.end()

    def warnings(self, model: TrainedModel) -> list[Warned]:
        """Return what the model suffers from, each with a remedy."""
        return self._training.warnings(model)

    def state(self) -> State:
        """Return all that a new Tuning of the same arguments needs to go on, as copies, between any two turns."""
        return {"stage": np.array(self._stage)} | join(self._parts())

    def restore(self, state: State) -> None:
        """Go on where another Tuning of the same arguments was, with the same bits; raises InvalidData."""
        self._stage = int(take(state, "stage"))
        hand_out(state, {"standing": self.standing, "out_of_fold": self._out_of_fold})
        self._training = self._of_stage()
        hand_out(state, {"training": self._training})

    def _parts(self) -> dict[str, Part]:
        return {"standing": self.standing, "out_of_fold": self._out_of_fold, "training": self._training}

    def _epochs_before(self) -> int:
        if self.is_final:
            return self.epochs - self._training.epochs
        return sum(group.shared.epochs for group in self._groups[: self._stage])

    def _of_stage(self) -> Training:
        return self._final_training() if self.is_final else self._training_of(self._groups[self._stage])

    def _training_of(self, group: LaneGroup) -> Training:
        weights = (~self._held_out[group.lanes[:, 1]]).astype(np.float64)
        return Training(
            self._train.images,
            self._train.labels,
            classes=self.classes,
            hyperparameters=group.hyperparameters,
            weights=weights,
            grams=self._grams,
            record_every=group.shared.epochs,
        )

    def _final_training(self) -> Training:
        best = self.best
        if self.standing.diverged[best].any():
            epoch = int(self.standing.diverged.max())
            message = f"every candidate diverged, the last one in epoch {epoch}; smaller learning rates may help"
            raise Diverged(message, epoch=epoch)
        return Training(
            self._train.images,
            self._train.labels,
            classes=self.classes,
            hyperparameters=members_of(self.candidates[best], members=self.members),
            test=self._test,
            grams=self._grams,
            record_every=self._record_every,
        )

    def _train_group(self) -> Iterator[None]:
        try:
            yield from self._training
        except Diverged:
            if len(self._training.hyperparameters) > 1:
                raise

    def _end_group(self) -> None:
        lanes = self._groups[self._stage].lanes
        probabilities = self._write(self.standing)
        self.standing.finished[lanes[:, 0], lanes[:, 1]] = True
        for (candidate, split), answered in zip(lanes, probabilities, strict=True):
            self._out_of_fold.write(int(candidate), int(split), answered)
        ended = [candidate for candidate in self.standing.order() if self.standing.finished[candidate].all()]
        self._out_of_fold.drop(ended[1:])

    def _write(self, standing: Leaderboard) -> Array:
        """Write what the lanes in training are worth as they are; return their probabilities (lanes, n, classes)."""
        lanes, training = self._groups[self._stage].lanes, self._training
        network = training.network_of(range(len(lanes)))
        with np.errstate(over="ignore", invalid="ignore"):  # a lane that diverged is told below
            logits = network.forward(network.first_layer.batch(None)).logits
            costs = network.loss.costs(logits, network.loss.targets(self._train.labels, classes=len(self.classes)))
            probabilities: Array = np.swapaxes(network.loss.probabilities(logits), 1, 2)
        right = network.loss.answers(logits) == self._train.labels
        standing.write(lanes, costs=costs, right=right, epochs=np.full(len(lanes), training.epoch))
        for lane in np.flatnonzero(~np.isfinite(probabilities).all(axis=(1, 2))):
            standing.write_diverged(lanes[lane], epoch=training.diverged.get(int(lane), training.epoch))
        return probabilities


def check_candidates(candidates: Sequence[Hyperparameters], *, objective: str, members: int = 1) -> None:
    """Raise InvalidHyperparameter for candidates that cross-validation cannot judge, or an objective that is none."""
    if objective not in OBJECTIVES:
        message = f"objective is {objective!r}; it must be one of {', '.join(OBJECTIVES)}"
        raise InvalidHyperparameter(message, field="objective")
    if not candidates:
        raise InvalidHyperparameter("there are no candidates; at least one is right", field="candidates")
    for candidate in candidates:
        members_of(candidate, members=members)
        if candidate.validation_fraction:
            message = "validation_fraction must be 0 in a search: each fold is validated on in its turn"
            raise InvalidHyperparameter(message, field="validation_fraction")
        if candidate.early_stopping and candidate.early_stopping.monitor.startswith("validation"):
            message = (
                f"early_stopping monitors {candidate.early_stopping.monitor}; in a search the images that judge would "
                f"also choose, so cost or accuracy is right, or a search over epochs"
            )
            raise InvalidHyperparameter(message, field="early_stopping")
