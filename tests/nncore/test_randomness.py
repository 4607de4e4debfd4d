"""Randomness is a pure function of seed, epoch and purpose."""

import itertools

from nncore.randomness import PURPOSES, generator


def test_same_words_same_numbers_other_words_other_numbers():
    words = itertools.product((0, 1), (0, 1), PURPOSES)
    drawn = [generator(seed=s, epoch=e, purpose=p).random() for s, e, p in words]
    assert len(set(drawn)) == len(drawn)
    assert drawn[0] == generator(seed=0, epoch=0, purpose=next(iter(PURPOSES))).random()
