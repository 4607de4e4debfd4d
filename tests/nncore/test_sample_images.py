import numpy as np
import pytest

from nncore.hyperparameters import Hyperparameters
from nncore.sample_images import draw
from nncore.training import train


def test_the_same_seed_draws_the_same_pictures() -> None:
    first, second = draw(6, seed=3), draw(6, seed=3)
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])
    assert first[2] == second[2] == ["ring", "star"]


def test_another_seed_draws_other_pictures() -> None:
    assert not np.array_equal(draw(1, seed=3)[0], draw(1, seed=4)[0])


def test_more_pictures_begin_with_the_same_ones() -> None:
    assert np.array_equal(draw(7, seed=1)[0][:3], draw(3, seed=1)[0])


def test_there_are_as_many_rings_as_stars() -> None:
    assert np.bincount(draw(10, seed=1)[1]).tolist() == [5, 5]


@pytest.mark.parametrize("size", [16, 64, 100])
def test_pictures_have_the_size_that_was_asked_for(size: int) -> None:
    pictures, labels, _ = draw(2, seed=1, size=size)
    assert pictures.shape == (2, size, size, 3)
    assert pictures.dtype == np.uint8
    assert labels.shape == (2,)


def test_another_size_shows_the_same_scene() -> None:
    large = draw(4, seed=5, size=128)[0].astype(float)
    shrunk = large.reshape(4, 64, 2, 64, 2, 3).mean(axis=(2, 4))
    assert np.abs(shrunk - draw(4, seed=5)[0]).mean() < 1.0


def test_pictures_vary_in_colour_and_place() -> None:
    pictures = draw(40, seed=1)[0].astype(float)
    brightest = pictures.mean(axis=3).reshape(40, -1).argmax(axis=1)
    assert len(set(brightest.tolist())) > 30
    assert pictures.mean(axis=(1, 2)).std(axis=0).min() > 10


def test_edges_are_soft() -> None:
    ring = draw(1, seed=1, size=256)[0][0].astype(int)
    one_step = np.abs(np.diff(ring, axis=1)).max(axis=(1, 2))
    two_steps = np.abs(ring[:, 2:] - ring[:, :-2]).max(axis=(1, 2))
    with_an_edge = two_steps > 20
    assert with_an_edge.sum() > 100
    assert (two_steps > one_step)[with_an_edge].mean() > 0.9


def test_a_small_network_learns_to_tell_them_apart() -> None:
    images, labels, _ = draw(300, seed=1)
    unseen, true_labels, _ = draw(100, seed=2)
    chosen = Hyperparameters(hidden_layers=(16,), activation="tanh", initializer="xavier", epochs=80, dtype="float32")
    model, _ = train(images, labels, hyperparameters=chosen, test=(unseen, true_labels))
    assert model.metrics["test"] is not None
    assert model.metrics["test"]["accuracy"] > 0.95
