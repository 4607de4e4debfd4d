"""Tuning held against trainings on the subsets alone, against scikit-learn, and against itself interrupted."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss
from sklearn.model_selection import LeaveOneOut

from nncore.errors import Diverged, InvalidData, InvalidHyperparameter
from nncore.folds import held_out
from nncore.hyperparameters import Hyperparameters
from nncore.lane_groups import seconds_of
from nncore.training import Training
from nncore.tuning import Tuning

RANDOM = np.random.default_rng(0)
LABELS = np.repeat([0, 1], [18, 13])
IMAGES = (RANDOM.integers(0, 140, (31, 4, 4, 3)) + 60 * LABELS[:, None, None, None]).astype(np.uint8)
BASE = Hyperparameters(hidden_layers=(5,), activation="tanh", initializer="xavier", epochs=25)
CANDIDATES = [
    BASE,
    replace(BASE, learning_rate=0.2, l2=0.5),
    replace(BASE, hidden_layers=(4, 3), activation="relu"),
    replace(BASE, optimizer="adam", momentum=None, epochs=10),
    replace(BASE, class_weight="balanced", batch_size=7),
    replace(BASE, normalization="standardize", dropout=0.2),
]


def tuning_of(candidates=CANDIDATES, **more):
    return Tuning(IMAGES, LABELS, classes=2, candidates=candidates, **{"folds": 3, "largest_group": 2000} | more)


def finished(tuning):
    for _ in tuning:
        pass
    return tuning


def alone(candidate, kept, **more):
    training = Training(IMAGES[kept], LABELS[kept], classes=2, hyperparameters=candidate, **more)
    for _ in training:
        pass
    return training.result()


@pytest.fixture(scope="module")
def tuned():
    return finished(tuning_of(repeats=2, members=2))


def test_each_fold_is_what_a_network_of_its_subset_answers(tuned):
    splits = held_out(LABELS, folds=3, repeats=2, seed=1)
    by_candidate = {row["candidate"]: row for row in tuned.leaderboard()}
    for number, candidate in enumerate(CANDIDATES):
        if candidate.batch_size or candidate.dropout:
            continue  # whose random numbers depend on how many images there are
        for fold, told in enumerate(by_candidate[number]["folds"]):
            out = splits[fold]
            answered = alone(candidate, ~out).probabilities(IMAGES[out])
            assert (told["repeat"], told["fold"]) == divmod(fold, 3)
            assert told["cost"] == pytest.approx(log_loss(LABELS[out], answered), rel=1e-9)
            assert told["accuracy"] == accuracy_score(LABELS[out], answered.argmax(axis=1))
            assert told["balanced_accuracy"] == pytest.approx(
                balanced_accuracy_score(LABELS[out], answered.argmax(axis=1))
            )
        costs = [told["cost"] for told in by_candidate[number]["folds"]]
        assert by_candidate[number]["cost"] == pytest.approx(np.mean(costs), rel=1e-12)
        assert by_candidate[number]["cost_deviation"] == pytest.approx(np.std(costs), rel=1e-9)


def test_out_of_fold_probabilities_are_those_of_networks_that_have_not_seen_the_image():
    tuning = finished(tuning_of(CANDIDATES[:1], repeats=2))
    expected = np.zeros((2, 31, 2))
    for number, out in enumerate(held_out(LABELS, folds=3, repeats=2, seed=1)):
        expected[number // 3, out] = alone(CANDIDATES[0], ~out).probabilities(IMAGES[out])
    np.testing.assert_allclose(tuning.out_of_fold(), expected.mean(axis=0), rtol=1e-9)
    validation = tuning.result().metrics["validation"]
    assert validation["cost"] == pytest.approx(log_loss(LABELS, expected.mean(axis=0)), rel=1e-9)


@pytest.mark.parametrize("change", [{"normalization": "standardize"}, {"class_weight": "balanced"}])
def test_statistics_are_those_of_the_fold_s_own_training_images(change):
    candidate = replace(BASE, **change)
    tuning = finished(tuning_of([candidate]))
    for out in held_out(LABELS, folds=3, repeats=1, seed=1):
        answered = alone(candidate, ~out).probabilities(IMAGES[out])
        np.testing.assert_allclose(tuning.out_of_fold()[out], answered, rtol=1e-9)


def test_leave_one_out():
    tuning = finished(tuning_of([BASE, replace(BASE, learning_rate=0.001)], folds="leave-one-out"))
    answered = np.zeros((31, 2))
    for kept, out in LeaveOneOut().split(IMAGES):
        answered[out] = alone(tuning.candidates[tuning.best], kept).probabilities(IMAGES[out])
    np.testing.assert_allclose(tuning.out_of_fold(), answered, rtol=1e-9)
    best = tuning.leaderboard()[0]
    assert len(best["folds"]) == 31
    expected = balanced_accuracy_score(LABELS, answered.argmax(axis=1))
    assert best["balanced_accuracy"] == pytest.approx(expected, rel=1e-12)


def test_the_best_is_trained_again_on_all_images(tuned):
    [row, *_] = tuned.leaderboard()
    assert row["rank"] == 1
    assert row["candidate"] == tuned.best
    best = CANDIDATES[tuned.best]
    expected = [alone(replace(best, seed=seed), np.arange(31)).probabilities(IMAGES) for seed in (1, 2)]
    model = tuned.result()
    np.testing.assert_array_equal(model.member_probabilities(IMAGES), expected)
    assert set(model.metrics) == {"train", "validation", "test"}


@pytest.mark.parametrize(("objective", "sign"), [("balanced_accuracy", -1), ("accuracy", -1), ("cost", 1)])
def test_the_order_is_that_of_the_objective(objective, sign):
    rows = finished(tuning_of(objective=objective)).leaderboard()
    values = [sign * row[objective] for row in rows]
    assert values == sorted(values)
    assert [row["rank"] for row in rows] == list(range(1, 7))
    assert {row["status"] for row in rows} == {"finished"}


def test_how_lanes_are_grouped_changes_no_bit(tuned):
    other = finished(tuning_of(repeats=2, members=2, largest_group=10**9))
    assert tuned.leaderboard() == other.leaderboard()
    np.testing.assert_array_equal(tuned.out_of_fold(), other.out_of_fold())


def in_parts(tuning, *, of):
    parts = [tuning.part(number, of=of) for number in range(1, of + 1)]
    for part in parts:
        finished(part)
    tuning.take_over(part.state() for part in parts)
    return finished(tuning)


@pytest.mark.parametrize("of", [2, 3, 7])
def test_in_parts_it_has_the_same_bits(tuned, of):
    tuning = in_parts(tuning_of(repeats=2, members=2), of=of)
    assert tuning.leaderboard() == tuned.leaderboard()
    assert tuning.history == tuned.history
    assert tuning.epoch == tuning.epochs
    np.testing.assert_array_equal(tuning.out_of_fold(), tuned.out_of_fold())
    np.testing.assert_array_equal(
        tuning.result().member_probabilities(IMAGES), tuned.result().member_probabilities(IMAGES)
    )


@pytest.mark.parametrize("restore_best", [True, False])
def test_parts_of_lanes_that_stop_early_or_diverge_have_the_same_bits(restore_best):
    stopping = {"monitor": "cost", "patience": 2, "min_delta": 0.01, "restore_best": restore_best}
    rates = (0.01, 0.5, 1e300, 0.1)
    candidates = [replace(BASE, activation="leaky_relu", early_stopping=stopping, learning_rate=rate) for rate in rates]
    whole = finished(tuning_of(candidates, largest_group=10**9))
    parted = in_parts(tuning_of(candidates, largest_group=10**9), of=12)  # each lane on its own
    assert parted.leaderboard() == whole.leaderboard()
    assert {row["status"] for row in whole.leaderboard()} == {"finished", "diverged"}
    assert len({row["epoch"] for row in whole.leaderboard()}) == 4
    np.testing.assert_array_equal(parted.out_of_fold(), whole.out_of_fold())


def test_parts_share_the_work_and_leave_nothing_out():
    seconds = [seconds_of([candidate], splits=3, n=31, d=48) for candidate in CANDIDATES]
    assert seconds_of(CANDIDATES, splits=3, n=31, d=48) >= max(seconds)
    tuning = tuning_of([replace(BASE, learning_rate=rate) for rate in np.geomspace(0.001, 0.1, 8)])
    parts = [finished(tuning.part(number, of=4)) for number in (1, 2, 3, 4)]
    assert [int(part.standing.finished.sum()) for part in parts] == [6, 6, 6, 6]


def test_what_parts_have_found_so_far_can_be_told():
    tuning = tuning_of(CANDIDATES[:2])
    parts = [tuning.part(number, of=2) for number in (1, 2)]
    finished(parts[0])
    next(iter(parts[1]))
    standing = parts[1].standing_now().copy()
    standing.merge(parts[0].standing.state())
    assert [row["status"] for row in tuning.leaderboard(standing=standing)].count("running") == 1
    with pytest.raises(InvalidData, match="not all"):
        tuning.take_over(part.state() for part in parts)


@pytest.mark.parametrize("largest_group", [1, 10**9])
def test_a_candidate_that_diverges_is_last_and_disturbs_nobody(largest_group):
    wild = replace(BASE, learning_rate=1e300, activation="leaky_relu")
    with_it = finished(tuning_of([wild, *CANDIDATES[:2]], largest_group=largest_group))
    without = finished(tuning_of(CANDIDATES[:2], largest_group=largest_group))
    rows = with_it.leaderboard()
    assert (rows[-1]["candidate"], rows[-1]["status"], rows[-1]["cost"]) == (0, "diverged", None)
    assert [row["folds"] for row in rows[:-1]] == [row["folds"] for row in without.leaderboard()]
    np.testing.assert_array_equal(with_it.out_of_fold(), without.out_of_fold())


def test_where_all_diverge_that_is_said():
    with pytest.raises(Diverged, match="every candidate"):
        finished(tuning_of([replace(BASE, activation="relu", learning_rate=rate) for rate in (1e200, 1e300)]))


def test_costs_that_are_huge_but_finite_can_be_told():
    rows = finished(tuning_of([BASE, replace(BASE, learning_rate=1e300)], objective="cost")).leaderboard()
    assert [row["candidate"] for row in rows] == [0, 1]
    assert rows[1]["cost"] > 1e200
    assert rows[1]["cost_deviation"] is None


def test_between_turns_anyone_may_look():
    tuning = tuning_of(CANDIDATES[:3])
    turns = iter(tuning)
    assert {row["status"] for row in tuning.leaderboard()} <= {"running", "waiting"}
    seen = set()
    for _ in turns:
        seen.add((tuning.epoch, tuning.first_layer))
        rows = tuning.leaderboard(folds=False, most=2)
        assert len(rows) == 2
        assert "folds" not in rows[0]
    assert len(seen) > 20
    assert tuning.epoch == tuning.epochs
    assert tuning.history["epoch"] == list(range(tuning.epochs - 24, tuning.epochs + 1))


@pytest.mark.parametrize("at", [1, 3, 17, 40, 111])
def test_same_bits_whenever_it_is_interrupted(tuned, at):
    tuning, done = tuning_of(repeats=2, members=2), False
    while not done:
        done = sum(1 for _ in zip(range(at), iter(tuning), strict=False)) < at
        state = tuning.state()
        tuning = tuning_of(repeats=2, members=2)
        tuning.restore(state)
    finished(tuning)
    assert tuning.leaderboard() == tuned.leaderboard()
    np.testing.assert_array_equal(tuning.out_of_fold(), tuned.out_of_fold())
    np.testing.assert_array_equal(
        tuning.result().member_probabilities(IMAGES), tuned.result().member_probabilities(IMAGES)
    )
    assert tuning.history == tuned.history


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"folds": 14}, "from 2 to 13"),
        ({"folds": 1}, "from 2 to 13"),
        ({"folds": "leave-one-out", "repeats": 2}, "repeats"),
    ],
)
def test_refuses_folds_that_cannot_be(change, words):
    with pytest.raises(InvalidData, match=words):
        tuning_of(**change)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"validation_fraction": 0.2}, "validation_fraction"), ({"early_stopping": {"patience": 3}}, "early_stopping")],
)
def test_refuses_candidates_that_need_a_validation_of_their_own(change, field):
    with pytest.raises(InvalidHyperparameter) as caught:
        tuning_of([replace(BASE, **{"validation_fraction": 0.2} | change)])
    assert caught.value.field in {field, "validation_fraction"}


def test_refuses_an_objective_that_is_none():
    with pytest.raises(InvalidHyperparameter, match="balanced_accuracy"):
        tuning_of(objective="loss")
