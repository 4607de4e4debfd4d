import zipfile

import numpy as np
import pytest

from app.errors import DatasetNotFound, InvalidDataset
from app.images import to_png
from app.services.import_dataset import Progress, finish, import_archive
from app.storage import datasets
from nncore.sample_images import draw


@pytest.fixture
def archive(tmp_path):
    """A zip of two classes."""
    pixels, labels, names = draw(6, seed=1, size=64)
    with zipfile.ZipFile(tmp_path / "shapes.zip", "w") as archive:
        for number, (picture, label) in enumerate(zip(pixels, labels, strict=True)):
            archive.writestr(f"{names[label]}/{number}.png", to_png(picture))
    return tmp_path / "shapes.zip"


def test_an_import_tells_of_each_picture(store, settings, archive):
    steps = import_archive("shapes", archive=archive, store=store, settings=settings)
    assert [next(steps) for _ in range(3)] == [Progress(done, total=6) for done in range(3)]
    dataset = finish(steps)
    with store.database.read() as connection:
        assert datasets.get(connection, "shapes") == dataset


def test_an_import_that_nobody_follows_leaves_nothing(store, settings, archive):
    steps = import_archive("left", archive=archive, store=store, settings=settings)
    next(steps)
    next(steps)
    uploads = store.files.home / "data" / "uploads"
    assert list(uploads.iterdir())
    steps.close()
    assert not list(uploads.iterdir())
    with store.database.read() as connection, pytest.raises(DatasetNotFound):
        datasets.get(connection, "left")


def packed(tmp_path, folders):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for folder in folders:
            archive.writestr(f"{folder}/1.png", to_png(np.zeros((64, 64, 3), np.uint8)))
    return tmp_path / "many.zip"


def test_a_zip_may_have_as_many_classes_as_an_hdf5_file(store, settings, tmp_path):
    archive = packed(tmp_path, [f"class {number}" for number in range(1001)])
    with pytest.raises(InvalidDataset, match="1001 classes with pictures; at most 1000 are read"):
        finish(import_archive("many", archive=archive, store=store, settings=settings))


def test_of_many_classes_that_only_the_test_has_the_first_are_named(store, settings, tmp_path):
    archive = packed(tmp_path, ["train/cat", "train/dog", *(f"test/class {number}" for number in range(100, 200))])
    with pytest.raises(InvalidDataset, match=r"'class 100', .* 'class 109'\], of which train/ has no picture"):
        finish(import_archive("many", archive=archive, store=store, settings=settings))
