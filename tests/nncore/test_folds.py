"""Parts of the images keep the shares of the classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nncore.folds import stratified_folds, stratified_split


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
