"""The arrays behind all layers, and the views into them."""

import numpy as np

from nncore.parameters import Parameters


def test_views_cover_every_number_once():
    parameters = Parameters.zeros(first=np.zeros((3, 5, 12)), layer_sizes=(12, 5, 4, 1))
    assert [W.shape for W in parameters.weights] == [(3, 4, 5), (3, 1, 4)]
    assert [b.shape for b in parameters.biases] == [(3, 5, 1), (3, 4, 1), (3, 1, 1)]
    for view in parameters.weights + parameters.biases:
        np.add(view, 1, out=view)
    np.testing.assert_array_equal(parameters.rest, np.ones((3, 5 + 20 + 4 + 4 + 1)))
    for W_b, W, b in zip(parameters.layers, parameters.weights, parameters.biases[1:], strict=True):
        np.add(W, 1, out=W)
        np.testing.assert_array_equal(W_b, np.concatenate([W, b], axis=2))
    assert parameters.rest.sum() == 3 * (2 * 24 + 10)


def test_zeros_like_is_room_of_its_own():
    parameters = Parameters.zeros(first=np.ones((1, 2, 3), dtype=np.float32), layer_sizes=(3, 2, 1))
    room = parameters.zeros_like()
    room.weights[0] += 1
    assert not parameters.rest.any()
    assert room.first.dtype == np.float32
    assert not room.first.any()
