"""L2, dropout and clipping."""

import numpy as np
import pytest

from nncore.first_layer import WeightSpace
from nncore.parameters import Parameters
from nncore.regularization import L2, Dropout, clip_factors


@pytest.fixture
def parameters():
    parameters = Parameters.zeros(first=np.full((2, 3, 4), 2.0), layer_sizes=(4, 3, 1))
    parameters.rest[...] = 1.0
    parameters.weights[0][...] = 3.0
    return parameters


def test_l2_is_half_the_strength_times_the_squared_weights_without_biases(parameters):
    l2 = L2(np.array([0.5, 0.0]), parameters=parameters)
    np.testing.assert_array_equal(l2.costs(parameters, WeightSpace(parameters.first)), [0.25 * (12 * 4 + 3 * 9), 0])
    gradients = parameters.zeros_like()
    l2.add_gradients(parameters, gradients)
    np.testing.assert_array_equal(gradients.first[0], np.full((3, 4), 1.0))
    np.testing.assert_array_equal(gradients.weights[0][0], np.full((1, 3), 1.5))
    assert not any(b.any() for b in gradients.biases)
    assert not gradients.first[1].any()


def test_dropout_leaves_out_the_rate_and_scales_up_the_rest():
    dropout = Dropout(np.array([0.25, 0.0]), seeds=[1, 1])
    dropout.begin_epoch(0)
    masks = dropout.mask((100, 100))
    assert set(np.unique(masks[0])) == {0.0, 1 / 0.75}
    assert masks[0].mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(masks[1], 1)


def test_masks_are_fresh_at_every_step_and_the_same_in_every_repetition():
    dropout = Dropout(np.array([0.5, 0.5, 0.5]), seeds=[1, 2, 1])
    drawn = []
    for epoch in (0, 1, 0):
        dropout.begin_epoch(epoch)
        drawn.append([dropout.mask((4, 5)), dropout.mask((4, 5))])
    np.testing.assert_array_equal(drawn[0], drawn[2])
    assert (drawn[0][0] != drawn[0][1]).any()
    assert (drawn[0][0] != drawn[1][0]).any()
    np.testing.assert_array_equal(drawn[0][0][0], drawn[0][0][2])
    assert (drawn[0][0][0] != drawn[0][0][1]).any()


def test_kept_lanes_keep_their_masks():
    dropout = Dropout(np.array([0.5, 0.3, 0.1]), seeds=[1, 2, 3])
    dropout.begin_epoch(4)
    kept = dropout.keep(np.array([1]))
    kept.begin_epoch(4)
    np.testing.assert_array_equal(kept.mask((6, 7))[0], dropout.mask((6, 7))[1])


def test_clipping_shortens_what_is_too_long_alone():
    np.testing.assert_array_equal(
        clip_factors(np.array([4.0, 0.5, 0.0]), largest=np.array([1.0, 1.0, np.inf])), [0.25, 1, 1]
    )
