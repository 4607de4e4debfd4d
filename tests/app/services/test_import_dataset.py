import zipfile

import pytest

from app.errors import DatasetNotFound
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
