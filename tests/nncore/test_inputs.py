"""X that is held and X that is made of the pixels have the same bits, in all that is done with them."""

import numpy as np
import pytest

from nncore import inputs
from nncore.gram import gram_matrix
from nncore.hyperparameters import Hyperparameters
from nncore.inputs import PixelInputs, blocks, inputs_of, is_one_block, take_rows
from nncore.normalization import NORMALIZATIONS, Normalization
from nncore.training import Training

RANDOM = np.random.default_rng(4)
IMAGES = RANDOM.integers(0, 256, size=(23, 4, 4, 3), dtype=np.uint8)
LABELS = np.arange(23) % 3


@pytest.fixture
def few_are_many(monkeypatch):
    """Blocks so small that the images of these tests are several."""
    monkeypatch.setattr(inputs, "BLOCK", 5)


@pytest.fixture
def none_is_held(few_are_many, monkeypatch):
    """A function after which no X is held as floats."""
    return lambda: monkeypatch.setattr(inputs, "LARGEST_HELD", 0)


def both(kind, dtype):
    normalization = Normalization.of(kind, IMAGES)
    return inputs_of(IMAGES, normalization=normalization, dtype=dtype), PixelInputs(
        IMAGES, normalization=normalization, dtype=dtype
    )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("kind", NORMALIZATIONS)
def test_rows_have_the_same_bits(kind, dtype):
    held, made = both(kind, dtype)
    assert isinstance(held, np.ndarray)
    assert (made.shape, made.dtype, made.nbytes) == (held.shape, held.dtype, held.nbytes)
    np.testing.assert_array_equal(made[3:17], held[3:17])
    for indices in (np.array([9, 0, 22]), np.array([[1, 2], [22, 3]])):
        room = np.empty((*indices.shape, 48), dtype=dtype)
        assert take_rows(made, indices, out=room) is room
        np.testing.assert_array_equal(room, held[indices])


def test_what_is_too_large_is_not_held(monkeypatch):
    monkeypatch.setattr(inputs, "LARGEST_HELD", IMAGES.size * 4)
    assert isinstance(inputs_of(IMAGES, normalization=Normalization(), dtype="float32"), np.ndarray)
    assert isinstance(inputs_of(IMAGES, normalization=Normalization(), dtype="float64"), PixelInputs)
    assert isinstance(inputs_of(IMAGES / 255, normalization=Normalization("none"), dtype="float64"), np.ndarray)


def test_blocks_are_all_rows_in_their_order(few_are_many):
    held, made = both("scale", "float64")
    for X in (held, made):
        assert not is_one_block(X)
        assert [(place.start, place.stop) for place, _ in blocks(X, stop=12)] == [(0, 5), (5, 10), (10, 12)]
        np.testing.assert_array_equal(np.concatenate([block for _, block in blocks(X)]), held)


def test_the_gram_matrix_has_the_same_bits(few_are_many):
    held, made = both("standardize", "float64")
    K = gram_matrix(made)
    np.testing.assert_array_equal(K, gram_matrix(held))
    np.testing.assert_array_equal(K, K.T)
    np.testing.assert_allclose(K, held @ held.T, rtol=1e-13)


def test_the_gram_matrix_of_one_block_is_one_product():
    held, _ = both("scale", "float32")
    np.testing.assert_array_equal(gram_matrix(held), held @ held.T)


def trained(**values):
    hyperparameters = Hyperparameters(hidden_layers=(4,), initializer="he", learning_rate=0.05, epochs=6, **values)
    lanes = [hyperparameters, Hyperparameters(**vars(hyperparameters) | {"seed": 9})]
    training = Training(IMAGES, LABELS, classes=3, hyperparameters=lanes, test=(IMAGES[:7], LABELS[:7]))
    for _ in training:
        pass
    result = training.result()
    return [*result.network.weights, *result.network.biases], result.metrics, training.histories.of_lane(1), training


@pytest.mark.parametrize(
    "values",
    [
        {"first_layer": "weight_space"},
        {"first_layer": "sample_space", "normalization": "standardize"},
        {"first_layer": "sample_space", "batch_size": 7, "clip_norm": 0.1},
        {"first_layer": "weight_space", "batch_size": 7, "validation_fraction": 0.3, "dtype": "float32"},
        {"optimizer": "adam", "batch_size": 6, "input_dropout": 0.2},
        {"optimizer": "adam", "input_dropout": 0.2},
    ],
)
def test_a_training_has_the_same_bits(none_is_held, values):
    expected, metrics, history, held = trained(**values)
    none_is_held()
    arrays, other_metrics, other_history, made = trained(**values)
    assert isinstance(made._inputs, PixelInputs)
    for array, other in zip(expected, arrays, strict=True):
        np.testing.assert_array_equal(array, other)
    assert (metrics, history) == (other_metrics, other_history)
    assert held.warnings(held.result()) == made.warnings(made.result())


@pytest.mark.parametrize("first_layer", ["weight_space", "sample_space"])
def test_blocks_change_no_more_than_the_last_bits(monkeypatch, first_layer):
    whole = trained(first_layer=first_layer)[0]
    monkeypatch.setattr(inputs, "BLOCK", 5)
    for array, other in zip(whole, trained(first_layer=first_layer)[0], strict=True):
        np.testing.assert_allclose(array, other, rtol=1e-10, atol=1e-12)
