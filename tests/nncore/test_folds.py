"""Parts of the images keep the shares of the classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from nncore.folds import held_out, stratified_folds, stratified_split


@given(labels=st.lists(st.integers(0, 3), min_size=4, max_size=60), folds=st.integers(2, 6), seed=st.integers(0, 9))
def test_folds_differ_by_one_image_at_most(labels, folds, seed):
    labels = np.array(labels)
    fold = stratified_folds(labels, folds=folds, seed=seed)
    assert np.ptp(np.bincount(fold, minlength=folds)) <= 1
    for label in np.unique(labels):
        assert np.ptp(np.bincount(fold[labels == label], minlength=folds)) <= 1


def test_repeats_and_seeds_deal_differently_and_always_the_same():
    labels = np.arange(40) % 2
    deals = [stratified_folds(labels, folds=5, seed=s, repeat=r).tolist() for s, r in ((0, 0), (0, 1), (1, 0), (0, 0))]
    assert deals[0] == deals[3]
    assert deals[0] != deals[1] != deals[2] != deals[0]


@pytest.mark.parametrize(("fraction", "counts"), [(0.2, [6, 14]), (0.001, [1, 1]), (0.999, [29, 69])])
def test_split_takes_its_fraction_of_every_class(fraction, counts):
    labels = np.repeat([0, 1], [30, 70])
    kept, held_out = stratified_split(labels, fraction=fraction, seed=3)
    np.testing.assert_array_equal(np.sort(np.concatenate([kept, held_out])), np.arange(100))
    np.testing.assert_array_equal(np.bincount(labels[held_out]), counts)


def test_a_class_of_one_image_is_trained_on():
    kept, held_out = stratified_split(np.array([0, 0, 1]), fraction=0.5, seed=0)
    assert 2 in kept
    assert len(held_out) == 1


def test_held_out_images_of_each_repeat_are_all_images_once():
    labels = np.repeat([0, 1, 2], [11, 7, 8])
    splits = held_out(labels, folds=4, repeats=3, seed=2)
    assert splits.shape == (12, 26)
    for repeat in range(3):
        np.testing.assert_array_equal(splits[4 * repeat : 4 * repeat + 4].sum(axis=0), 1)
    assert not np.array_equal(splits[:4], splits[4:8])
    np.testing.assert_array_equal(held_out(labels, folds="leave-one-out", repeats=1, seed=2), np.eye(26, dtype=bool))


def test_held_out_shares_are_those_of_scikit_learn():
    labels = np.repeat([0, 1, 2], [11, 7, 8])
    ours = held_out(labels, folds=4, repeats=1, seed=1)
    theirs = [labels[test] for _, test in StratifiedKFold(4, shuffle=True, random_state=1).split(labels, labels)]
    for label in range(3):
        mine = sorted(np.count_nonzero(labels[out] == label) for out in ours)
        assert mine == sorted(np.count_nonzero(other == label) for other in theirs)
