import numpy as np

from app.diverging_colours import ABOVE, BELOW, diverging_colours


def test_the_farthest_number_has_its_full_colour_and_zero_is_white():
    colours = diverging_colours(np.array([[2.0, -1.0, 0.0]]))
    assert colours.dtype == np.uint8
    assert colours[0, 0].tolist() == ABOVE.tolist()
    assert colours[0, 1].tolist() == np.rint((255 + BELOW) / 2).tolist()
    assert colours[0, 2].tolist() == [255, 255, 255]


def test_nothing_but_zeros_is_white():
    assert (diverging_colours(np.zeros((2, 2))) == 255).all()
