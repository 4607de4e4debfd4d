import h5py
import numpy as np
import pytest

from app.storage import dataset_file
from app.storage.dataset_file import read_splits
from app.storage.stored_images import StoredImages
from nncore import Hyperparameters, Training

SHAPE = (11, 4, 4, 3)


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, size=SHAPE, dtype=np.uint8)


@pytest.fixture
def path(tmp_path, images):
    """A dataset file in the layout that the import writes."""
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["train_set_y"] = np.arange(11) % 2
        file["train_set_x"] = images
    return tmp_path / "x.h5"


@pytest.fixture
def all_are_large(monkeypatch):
    monkeypatch.setattr(dataset_file, "LARGEST_IN_MEMORY", 0)


def test_images_of_a_large_split_are_read_as_from_an_array(all_are_large, path, images):
    stored = read_splits(path)["train"][0]
    assert isinstance(stored, StoredImages)
    assert (stored.shape, stored.dtype, stored.ndim, len(stored)) == (SHAPE, np.uint8, 4, 11)
    for rows in (slice(None), slice(2, 5), slice(9, 99), slice(5, 2), slice(-3, None), slice(8, 1, -3)):
        np.testing.assert_array_equal(stored[rows], images[rows])
    for rows in (np.array([7, 0, 7]), np.array([], dtype=np.intp)):
        np.testing.assert_array_equal(stored[rows], images[rows])


def test_a_small_split_is_an_array(path):
    assert isinstance(read_splits(path)["train"][0], np.ndarray)


def test_a_file_that_ends_too_early_is_told(all_are_large, path):
    stored = read_splits(path)["train"][0]
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 100)
    with pytest.raises(OSError, match="ends before image 11"):
        stored[8:]


def test_a_training_on_stored_images_has_the_bits_of_one_on_arrays(all_are_large, path, images):
    trained = []
    for source in (read_splits(path)["train"][0], images):
        hyperparameters = Hyperparameters(epochs=4, batch_size=3, validation_fraction=0.4, normalization="standardize")
        training = Training(source, np.arange(11) % 2, classes=2, hyperparameters=hyperparameters)
        for _ in training:
            pass
        trained.append(training.result())
    for stored, array in zip(trained[0].network.weights, trained[1].network.weights, strict=True):
        np.testing.assert_array_equal(stored, array)
    assert trained[0].metrics == trained[1].metrics
