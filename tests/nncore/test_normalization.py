"""From pixels to inputs."""

import numpy as np
import pytest

from nncore.normalization import NORMALIZATIONS, PIECE, Normalization


def test_scale_divides_by_255_and_flattens_row_by_row():
    images = np.array([[[[0, 51], [102, 255]]]], dtype=np.uint8)
    X = Normalization().apply(images, dtype="float64")
    np.testing.assert_array_equal(X, [[0.0, 0.2, 0.4, 1.0]])
    assert images.dtype == np.uint8


def test_keeps_the_dtype_asked_for():
    assert Normalization().apply(np.zeros((2, 3), dtype=np.uint8), dtype="float32").dtype == np.float32


def test_standardize_takes_the_statistics_of_the_images_it_was_made_of():
    images = np.array([[0, 7], [4, 7]], dtype=np.uint8)
    normalization = Normalization.of("standardize", images)
    np.testing.assert_array_equal(normalization.apply(images, dtype="float64"), [[-1.0, 0.0], [1.0, 0.0]])
    other = np.array([[8, 9]], dtype=np.uint8)
    np.testing.assert_array_equal(normalization.apply(other, dtype="float64"), [[3.0, 2.0]])


def test_none_leaves_floats_as_they_are():
    X = np.array([[0.5, -3.0]])
    np.testing.assert_array_equal(Normalization.of("none", X).apply(X, dtype="float64"), X)


def test_statistics_are_those_of_numpy_to_the_last_bit():
    images = np.random.default_rng(5).integers(0, 256, (2 * PIECE + 3, 5, 3), dtype=np.uint8)
    images[:, 2, 1] = 7
    normalization = Normalization.of("standardize", images)
    flat = images.reshape(len(images), -1)
    deviation = flat.std(axis=0, dtype=np.float64)
    np.testing.assert_array_equal(normalization.mean, flat.mean(axis=0, dtype=np.float64))
    np.testing.assert_array_equal(normalization.deviation, np.where(deviation > 0, deviation, 1))


@pytest.mark.parametrize("kind", NORMALIZATIONS)
def test_inputs_are_written_where_they_are_wanted(kind):
    images = np.random.default_rng(6).integers(0, 256, (4, 3), dtype=np.uint8)
    normalization, room = Normalization.of(kind, images), np.empty((4, 3))
    assert normalization.apply(images, dtype="float64", out=room) is room
    np.testing.assert_array_equal(room, normalization.apply(images, dtype="float64"))
