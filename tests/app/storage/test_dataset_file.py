import h5py
import numpy as np

from app.storage.dataset_file import BLOCK, read_splits


def test_both_splits_are_read(store, dataset):
    [path] = map(store.files.path, store.files.names("data/datasets"))
    splits = read_splits(path)
    assert {name: images.shape for name, (images, _) in splits.items()} == {
        "train": (8, 64, 64, 3),
        "test": (4, 64, 64, 3),
    }
    images, labels = splits["train"]
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    assert images[labels == 1].min() > images[labels == 0].max()


def test_a_dataset_may_have_no_test_split(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["train_set_x"] = np.zeros((2, 64, 64, 3), np.uint8)
        file["train_set_y"] = np.array([[0], [1]]).ravel()
    assert list(read_splits(tmp_path / "x.h5")) == ["train"]


def test_images_are_read_as_they_are_stored_however_many(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (2 * BLOCK + 1, 2, 2, 3), dtype=np.uint8)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["train_set_x"], file["train_set_y"] = images, np.zeros(len(images))
    np.testing.assert_array_equal(read_splits(tmp_path / "x.h5")["train"][0], images)
