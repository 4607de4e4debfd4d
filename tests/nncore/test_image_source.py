"""Images that are read when they are asked for."""

import numpy as np

from nncore.image_source import ChosenImages, choose, pieces

IMAGES = np.random.default_rng(0).integers(0, 256, size=(9, 2, 2, 3), dtype=np.uint8)


class Shelf:
    """A source of images that notes how many were read at most at a time."""

    dtype = IMAGES.dtype
    shape = IMAGES.shape
    ndim = IMAGES.ndim
    most = 0

    def __len__(self):
        return len(IMAGES)

    def __getitem__(self, rows):
        read = IMAGES[rows]
        self.most = max(self.most, len(read))
        return read


def test_chosen_images_stay_where_they_are():
    shelf = Shelf()
    chosen = choose(shelf, np.array([7, 2, 5]))
    assert isinstance(chosen, ChosenImages)
    assert (len(chosen), chosen.shape, chosen.dtype, chosen.ndim) == (3, (3, 2, 2, 3), np.uint8, 4)
    assert shelf.most == 0
    np.testing.assert_array_equal(chosen[1:], IMAGES[[2, 5]])
    np.testing.assert_array_equal(chosen[np.array([2, 0])], IMAGES[[5, 7]])


def test_an_array_is_chosen_from_at_once():
    np.testing.assert_array_equal(choose(IMAGES, np.array([7, 2])), IMAGES[[7, 2]])


def test_pieces_are_all_of_it():
    shelf = Shelf()
    np.testing.assert_array_equal(np.concatenate(list(pieces(shelf, size=4))), IMAGES)
    assert shelf.most == 4
