import io
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from app.drawings import COLOURS, Curve, draw_activations, draw_confusion, draw_costs

FALLING = Curve(label="falling", epochs=(1, 2, 3), costs=(0.7, 0.5, None))
VALIDATED = Curve(label="other", epochs=(1, 2), costs=(0.6, 0.4), validation_costs=(0.7, 0.6))


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def has_colour(png: bytes, colour: str) -> bool:
    return bool((pixels(png) == [int(colour[i : i + 2], 16) for i in (1, 3, 5)]).all(axis=2).any())


def test_each_curve_has_a_colour():
    one, two = draw_costs((FALLING,), kind="png"), draw_costs((FALLING, VALIDATED), kind="png")
    assert [has_colour(one, colour) for colour in COLOURS[:2]] == [True, False]
    assert [has_colour(two, colour) for colour in COLOURS[:2]] == [True, True]


def test_an_svg_is_the_same_every_time_and_names_the_curves():
    svg = draw_costs((FALLING, VALIDATED), kind="svg")
    draw_costs.cache_clear()
    assert ET.fromstring(svg).tag.endswith("svg")
    assert draw_costs((FALLING, VALIDATED), kind="svg") == svg
    assert draw_costs((VALIDATED,), kind="svg") != svg


def test_without_an_epoch_there_is_still_a_picture():
    assert pixels(draw_costs((Curve(label="queued", epochs=(), costs=()),), kind="png")).min() < 255


def test_the_matrix_is_dark_where_the_answers_are():
    right = pixels(draw_confusion(((9, 0), (0, 9)), names=("a", "b"), title="t"))
    wrong = pixels(draw_confusion(((0, 9), (9, 0)), names=("a", "b"), title="t"))
    middle = right.shape[0] // 3, right.shape[1] // 2
    assert right[: middle[0], : middle[1]].mean() < wrong[: middle[0], : middle[1]].mean()


@pytest.mark.parametrize("name", ["$a$ $b", "<b>&", "\u732b", "\U0001f431", "two\nlines", "x" * 64])
def test_names_may_hold_anything(name):
    assert draw_confusion(((1, 2), (3, 4)), names=(name, "b"), title=name)
    assert draw_costs((Curve(label=name, epochs=(1,), costs=(1.0,)),), kind="svg")


def test_many_threads_may_draw_at_once():
    curves = [Curve(label=str(number), epochs=(1, 2), costs=(number, 1.0)) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda curve: draw_costs((curve,), kind="png"), curves))
    assert len(set(drawn)) == 8


def test_the_activations_are_drawn_once():
    assert draw_activations() is draw_activations()
    assert has_colour(draw_activations(), COLOURS[0])
