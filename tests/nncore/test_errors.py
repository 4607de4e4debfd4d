"""Errors keep what they know when they cross a process boundary."""

import pickle

import pytest

from nncore.errors import Diverged, InvalidData, InvalidHyperparameter


@pytest.mark.parametrize(
    "error", [Diverged("too fast", epoch=7), InvalidHyperparameter("wrong", field="epochs"), InvalidData("empty")]
)
def test_survives_pickling(error):
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
