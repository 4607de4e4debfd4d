import numpy as np
import pytest

from nncore.errors import NotExplainable
from nncore.explanation import explain
from nncore.network import Network

INPUTS = 48
GENERATOR = np.random.default_rng(5)


def network(activation: str, *, lanes: int = 1, units: tuple[int, ...] = (7, 5, 1), dtype: str = "float64") -> Network:
    sizes = (INPUTS, *units)
    weights = [GENERATOR.normal(size=(lanes, after, before)) for before, after in zip(sizes, units, strict=False)]
    biases = [GENERATOR.normal(size=(lanes, after, 1)) for after in units]
    arrays = [[array.astype(dtype) for array in kind] for kind in (weights, biases)]
    return Network.from_arrays(*arrays, activation=activation)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("lanes", [1, 3])
@pytest.mark.parametrize("label", [0, 1])
def test_the_shares_and_the_bias_add_up_to_the_logit(activation: str, lanes: int, label: int):
    net = network(activation, lanes=lanes)
    X = GENERATOR.random((1, INPUTS))
    explained = explain(net, X, label=label)
    logit = net.logits(X)[:, 0, 0].mean() * (1 if label == 1 else -1)
    assert explained.shares.shape == (INPUTS,)
    assert explained.shares.sum() + explained.bias == pytest.approx(logit, abs=1e-12)
    assert explained.residual < 1e-12


def test_a_share_is_what_the_logit_loses_with_its_input():
    """An oracle that knows nothing of gradients: within the linear region, take an input away bit by bit."""
    net = network("relu")
    X = GENERATOR.random((1, INPUTS))
    explained = explain(net, X, label=1)
    small = 1e-6  # of the input: too little to leave the region
    for index in range(INPUTS):
        less = X.copy()
        less[0, index] *= 1 - small
        lost = float((net.logits(X) - net.logits(less))[0, 0, 0]) / small
        assert explained.shares[index] == pytest.approx(lost, abs=1e-7)


def test_with_more_classes_each_has_a_logit_of_its_own():
    net = network("relu", units=(6, 3))
    X = GENERATOR.random((1, INPUTS))
    for label in range(3):
        explained = explain(net, X, label=label)
        assert explained.logit == pytest.approx(float(net.logits(X)[0, label, 0]), abs=1e-12)
        assert explained.residual < 1e-12


def test_float32_adds_up_as_well_as_float32_can():
    explained = explain(network("relu", dtype="float32"), GENERATOR.random((1, INPUTS)).astype("float32"), label=1)
    assert explained.residual < 1e-4


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_what_bends_everywhere_is_refused(activation: str):
    X = GENERATOR.random((1, INPUTS))
    with pytest.raises(NotExplainable, match="relu or leaky_relu"):
        explain(network(activation), X, label=1)
    assert explain(network(activation, units=(1,)), X, label=1).residual < 1e-12  # it has no such unit
