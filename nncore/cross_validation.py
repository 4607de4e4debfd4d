"""Candidates on images that they were not trained on: every candidate and split is a lane."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.checkpoint import Part, State, hand_out, join, section, take
from nncore.errors import Diverged, InvalidData
from nncore.gram import Grams
from nncore.lane_groups import LaneGroup
from nncore.leaderboard import Leaderboard
from nncore.out_of_fold import OutOfFold
from nncore.splits import Split
from nncore.trained_model import TrainedModel
from nncore.training import Training


class CrossValidation:
    """Lanes in training, one group after the other; used as a Training is, with the epochs of all groups."""

    def __init__(
        self,
        train: Split,
        *,
        classes: Sequence[str],
        groups: Sequence[LaneGroup],
        held_out: NDArray[np.bool_],
        standing: Leaderboard,
        out_of_fold: OutOfFold,
        grams: Grams,
    ) -> None:
        """Take the images, the lanes, which images each split holds out (splits, n), and where to write results."""
        self._train = train
        self._classes = classes
        self._groups = groups
        self._held_out = held_out
        self.standing = standing
        self.out_of_fold = out_of_fold
        self._grams = grams
        self._stage = 0
        self._training: Training | None = None  # of the group that is its turn, once it has begun

    @property
    def epoch(self) -> int:
        """How many epochs of all groups are done."""
        before = sum(group.shared.epochs for group in self._groups[: self._stage])
        return before + (self._training.epoch if self._training else 0)

    @property
    def epochs(self) -> int:
        """How many there are to do at most."""
        return sum(group.shared.epochs for group in self._groups)

    @property
    def first_layer(self) -> str:
        """The form in which the first layer of the networks in training is trained, or was in the last group."""
        return self._groups[min(self._stage, len(self._groups) - 1)].shared.first_layer

    @property
    def is_over(self) -> bool:
        """Whether all lanes are trained."""
        return self._stage == len(self._groups)

    @property
    def history(self) -> dict[str, list[float]]:
        """Nothing: of lanes that are trained to be judged no epoch is recorded."""
        return {"epoch": [], "cost": []}

    @property
    def can_be_kept(self) -> bool:
        """No: networks that have not seen all images are to judge with, not to keep."""
        return False

    def __iter__(self) -> Iterator[None]:
        """Train; a lane that diverges just stops."""
        while not self.is_over:
            training = self._training = self._training or self._training_of(self._groups[self._stage])
            try:
                yield from training
            except Diverged:
                if len(training.hyperparameters) > 1:
                    raise
            self._end_group(training)

    def standing_now(self) -> Leaderboard:
        """Return the leaderboard with what the lanes in training are worth now."""
        if self._training is None:
            return self.standing
        standing = self.standing.copy()
        self._write(self._training, standing)
        return standing

    def end(self) -> None:
        """Train no longer; what is not finished is worth nothing."""
        self._stage, self._training = len(self._groups), None

    def snapshot(self) -> TrainedModel | None:
        """Return None: none of the networks is there to answer."""
        return None

    def state(self) -> State:
        """Return all that a new one of the same arguments needs to go on, as copies, between any two turns."""
        return {"stage": np.array(self._stage)} | join(self._parts())

    def restore(self, state: State) -> None:
        """Go on where another of the same arguments was, with the same bits; raises InvalidData."""
        self._stage = int(take(state, "stage"))
        has_begun = bool(section(state, "training"))
        self._training = self._training_of(self._groups[self._stage]) if has_begun else None
        hand_out(state, self._parts())

    def take_over(self, states: Iterable[State]) -> None:
        """Take the last states of parts that trained all lanes of this one; raises InvalidData where one is left."""
        for state in states:
            self.standing.merge(section(state, "standing"))
            self.out_of_fold.merge(section(state, "out_of_fold"))
        if not self.standing.finished.all():
            raise InvalidData("not all candidates have been trained without each of the folds; all must have been")
        self.out_of_fold.drop(self.standing.order()[1:])
        self.end()

    def _parts(self) -> dict[str, Part]:
        parts: dict[str, Part] = {"standing": self.standing, "out_of_fold": self.out_of_fold}
        return parts | ({"training": self._training} if self._training else {})

    def _training_of(self, group: LaneGroup) -> Training:
        return Training(
            self._train.images,
            self._train.labels,
            classes=self._classes,
            hyperparameters=group.hyperparameters,
            weights=(~self._held_out[group.lanes[:, 1]]).astype(np.float64),
            grams=self._grams,
            record_every=group.shared.epochs,
        )

    def _end_group(self, training: Training) -> None:
        lanes = self._groups[self._stage].lanes
        probabilities = self._write(training, self.standing)
        self.standing.finished[lanes[:, 0], lanes[:, 1]] = True
        for (candidate, split), answered in zip(lanes, probabilities, strict=True):
            self.out_of_fold.write(int(candidate), int(split), answered)
        ended = [candidate for candidate in self.standing.order() if self.standing.finished[candidate].all()]
        self.out_of_fold.drop(ended[1:])
        self._stage += 1
        self._training = None

    def _write(self, training: Training, standing: Leaderboard) -> Array:
        """Write what the lanes in training are worth as they are; return their probabilities (lanes, n, classes)."""
        lanes, labels = self._groups[self._stage].lanes, self._train.labels
        network = training.network_of(range(len(lanes)))
        with np.errstate(over="ignore", invalid="ignore"):  # a lane that diverged is told below
            logits = network.forward(network.first_layer.batch(None)).logits
            costs = network.loss.costs(logits, network.loss.targets(labels, classes=len(self._classes)))
            probabilities: Array = np.swapaxes(network.loss.probabilities(logits), 1, 2)
        epochs = training.epochs_of_lanes()
        standing.write(lanes, costs=costs, right=network.loss.answers(logits) == labels, epochs=epochs)
        lost = np.asarray(~np.isfinite(probabilities).all(axis=(1, 2)))
        lost[list(training.diverged)] = True  # also one that early stopping gave finite parameters back
        for lane in np.flatnonzero(lost):
            standing.write_diverged(lanes[lane], epoch=int(epochs[lane]))
        return probabilities
