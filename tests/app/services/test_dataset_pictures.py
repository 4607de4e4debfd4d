import io

import h5py
import numpy as np
import pytest
from PIL import Image

from app.errors import DatasetNotFound, ImageNotFound, InvalidRequest
from app.services.dataset_pictures import Sheet, draw_image, draw_sheet, find_images
from app.services.datasets import delete_dataset


@pytest.fixture
def stored(store, dataset):
    return find_images(dataset.name, store=store)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def test_one_image_comes_as_it_is(stored):
    with h5py.File(stored.path) as file:
        assert (pixels(draw_image(stored, split="test", index=3)) == file["test_set_x"][3]).all()


def test_a_sheet_holds_the_images_of_one_class_alone(stored):
    with h5py.File(stored.path) as file:
        bright = file["train_set_x"][()][file["train_set_y"][()] == 1]
    sheet = pixels(draw_sheet(stored, Sheet(split="train", class_name="bright", start=0, limit=3, columns=2)))
    assert sheet.shape == (130, 130, 4)
    assert (sheet[:64, :64, :3] == bright[0]).all()
    assert (sheet[:64, 66:, :3] == bright[1]).all()
    assert (sheet[66:, :64, :3] == bright[2]).all()
    assert not sheet[66:, 66:].any()


def test_a_further_sheet_begins_where_the_one_before_ended(stored):
    with h5py.File(stored.path) as file:
        images = file["train_set_x"][()]
    sheet = pixels(draw_sheet(stored, Sheet(split="train", class_name=None, start=2, limit=2, columns=2)))
    assert (sheet[:, :64, :3] == images[2]).all()
    assert (sheet[:, 66:, :3] == images[3]).all()

    with pytest.raises(ImageNotFound, match="4 images of the class 'bright', and none from 4 on"):
        draw_sheet(stored, Sheet(split="train", class_name="bright", start=4, limit=1, columns=1))


def test_what_is_not_there_is_told(stored):
    with pytest.raises(ImageNotFound, match="images 0 to 3, and no image 4"):
        draw_image(stored, split="test", index=4)
    with pytest.raises(ImageNotFound, match="no split 'validation', but train, test"):
        draw_image(stored, split="validation", index=0)
    with pytest.raises(InvalidRequest, match="no class 'red', but dark, bright") as refused:
        draw_sheet(stored, Sheet(split="train", class_name="red", start=0, limit=1, columns=1))
    assert refused.value.errors[0].pointer == "/query/class"


def test_a_dataset_that_goes_meanwhile_is_not_found(store, stored):
    delete_dataset(stored.dataset.name, store=store)
    with pytest.raises(DatasetNotFound):
        draw_image(stored, split="train", index=0)
