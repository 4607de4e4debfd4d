"""The search for hyperparameters by cross-validation: every candidate and fold is a lane."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from nncore.arrays import Array, Labels
from nncore.checkpoint import Part, State, hand_out, join, section
from nncore.cross_validation import CrossValidation
from nncore.diagnostics import Warned
from nncore.ensemble import members_of
from nncore.errors import Diverged, InvalidHyperparameter
from nncore.folds import Folds, held_out
from nncore.gram import Grams
from nncore.hyperparameters import Hyperparameters
from nncore.image_source import Images
from nncore.lane_groups import LARGEST_GROUP, LaneGroup, lane_groups, share_of
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
        images: Images,
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
        test: tuple[Images, Labels] | None = None,
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
        self._objective = objective
        self._held_out = held_out(labels, folds=folds, repeats=repeats, seed=seed)
        self._folds = len(self._held_out) // repeats
        self._grams = grams or Grams()
        self._groups = lane_groups(
            candidates, splits=len(self._held_out), n=len(labels), d=self._d, classes=len(names), largest=largest_group
        )
        self._validation = self._validation_of(self._groups)
        self._training: Training | None = None  # the final one, once it has begun

    @property
    def epoch(self) -> int:
        """How many epochs of all groups are done."""
        return self._validation.epoch if self._training is None else self._epochs_before() + self._training.epoch

    @property
    def epochs(self) -> int:
        """How many there are to do at most: the final training counts as the longest of the candidates."""
        return self.epochs_of_validation + max(candidate.epochs for candidate in self.candidates)

    @property
    def epochs_of_validation(self) -> int:
        """How many epochs of all groups there are before the final training."""
        return self._validation.epochs

    @property
    def first_layer(self) -> str:
        """The form in which the first layer of the networks in training is trained."""
        return (self._training or self._validation).first_layer

    @property
    def is_judged(self) -> bool:
        """Whether all is known of all candidates."""
        return self._validation.is_over

    @property
    def is_final(self) -> bool:
        """Whether the best candidate is known, and is trained again on all images."""
        return self._training is not None

    @property
    def is_over(self) -> bool:
        """Whether the best is trained."""
        return self._training is not None and self._training.is_over

    @property
    def history(self) -> dict[str, list[float]]:
        """The recorded epochs of the final training, counted as this tuning counts; none before it has begun."""
        if self._training is None:
            return self._validation.history
        columns = self._training.history
        return columns | {"epoch": [self._epochs_before() + epoch for epoch in columns["epoch"]]}

    @property
    def best(self) -> int:
        """The candidate that is first at present."""
        return self._validation.standing.order()[0]

    @property
    def best_hyperparameters(self) -> dict[str, Any]:
        """The hyperparameters of that candidate, as JSON has them."""
        return self.candidates[self.best].to_json()

    def __iter__(self) -> Iterator[None]:
        """Train; raises Diverged where every candidate diverges, or the final training does."""
        yield from self._validation
        yield from self._final_training()

    def part(self, number: int, *, of: int) -> CrossValidation:
        """Return a part of the cross-validation, from 1 to `of`: lanes of about the same work as each other part's.

        It makes no difference to any bit by whom, when and where a lane is trained.
        """
        n = len(self._train.labels)
        return self._validation_of(share_of(self._groups, number=number, of=of, n=n, d=self._d))

    def take_over(self, states: Iterable[State]) -> None:
        """Go on with the final training, given the last states of all parts; raises InvalidData, and Diverged."""
        self._validation.take_over(states)
        self._final_training()

    def leaderboard(
        self, *, folds: bool = True, most: int | None = None, standing: Leaderboard | None = None
    ) -> list[dict[str, Any]]:
        """Return the candidates, the best first, as JSON has them; those in training with what they are worth now.

        Each has the mean and the standard deviation of cost, accuracy and balanced accuracy over the folds. Where parts
        are trained elsewhere, `standing` is what is known of all of them.
        """
        return (standing or self._validation.standing_now()).rows(self.told_apart(), folds=folds, most=most)

    def told_apart(self) -> list[dict[str, Any]]:
        """Return of each candidate the hyperparameters that were searched."""
        described = [candidate.to_json() for candidate in self.candidates]
        names = self._searched
        if names is None:
            names = [name for name in described[0] if any(each[name] != described[0][name] for each in described)]
        return [{name: each[name] for name in names} for each in described]

    def out_of_fold(self) -> Array:
        """Return what the best candidate answered about each training image while it was held out, (n, classes)."""
        return self._validation.out_of_fold.of(self.best)

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
        model = self._final_training().result()
        model.metrics["validation"] = evaluate(self.out_of_fold(), self._train.labels, names=self.classes)
        return model

    @property
    def can_be_kept(self) -> bool:
        """Whether there is anything to keep of a tuning that is to end now: the best has begun its final training."""
        return self._training is not None and self._training.can_be_kept

    def snapshot(self) -> TrainedModel | None:
        """Return the best as it is now, without metrics, or None before its final training has begun."""
        return (self._training or self._validation).snapshot()

    def end(self) -> None:
        """Train no longer, though there may be epochs left of the final training."""
        self._final_training().end()

    def warnings(self, model: TrainedModel) -> list[Warned]:
        """Return what the model suffers from, each with a remedy."""
        return self._final_training().warnings(model)

    def state(self) -> State:
        """Return all that a new Tuning of the same arguments needs to go on, as copies, between any two turns."""
        return join(self._parts())

    def restore(self, state: State) -> None:
        """Go on where another Tuning of the same arguments was, with the same bits; raises InvalidData."""
        hand_out(state, {"validation": self._validation})
        if section(state, "training"):
            hand_out(state, {"training": self._final_training()})

    def _parts(self) -> dict[str, Part]:
        parts: dict[str, Part] = {"validation": self._validation}
        return parts | ({"training": self._training} if self._training else {})

    @property
    def _d(self) -> int:
        return int(np.prod(self._train.images.shape[1:]))

    def _epochs_before(self) -> int:
        return self.epochs - self._final_training().epochs

    def _validation_of(self, groups: Sequence[LaneGroup]) -> CrossValidation:
        standing = Leaderboard(
            self._held_out,
            self._train.labels,
            candidates=len(self.candidates),
            folds=self._folds,
            objective=self._objective,
        )
        return CrossValidation(
            self._train,
            classes=self.classes,
            groups=groups,
            held_out=self._held_out,
            standing=standing,
            out_of_fold=OutOfFold(self._held_out, folds=self._folds, classes=len(self.classes)),
            grams=self._grams,
        )

    def _final_training(self) -> Training:
        """Return the training of the best candidate on all images, which begins with this."""
        if self._training is None:
            self._check_best()
            self._training = Training(
                self._train.images,
                self._train.labels,
                classes=self.classes,
                hyperparameters=members_of(self.candidates[self.best], members=self.members),
                test=self._test,
                record_every=self._record_every,
                grams=self._grams,
            )
        return self._training

    def _check_best(self) -> None:
        diverged = self._validation.standing.diverged
        if diverged[self.best].any():
            epoch = int(diverged.max())
            message = f"every candidate diverged, the last one in epoch {epoch}; smaller learning rates may help"
            raise Diverged(message, epoch=epoch)


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
