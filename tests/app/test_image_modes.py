"""Pixels of every mode that Pillow has, also those that only formats which an operator opens bring."""

import numpy as np
import pytest
from PIL import Image

from app.errors import UnsupportedImageFormat
from app.image_modes import visible
from app.images import read_image
from tests.app.image_corpus import natural, saved

GREY = natural(64, 64, channels=1)[..., 0]


def as_tiff(image: Image.Image) -> tuple[np.ndarray, tuple[str, ...]]:
    picture = read_image(saved(image, "TIFF"), max_pixels=10_000, formats=("TIFF",))
    return picture.pixels[..., 0], picture.actions


def test_grey_of_sixteen_bits_is_scaled() -> None:
    pixels, actions = as_tiff(Image.fromarray(GREY.astype(np.uint16) * 257))
    assert np.array_equal(pixels, GREY)
    assert actions == ("colour:greyscale", "depth:16")


@pytest.mark.parametrize("mode", ["I;16", "I;16L", "I;16B"])
def test_the_order_of_the_bytes_plays_no_part(mode: str) -> None:
    order = ">u2" if mode.endswith("B") else "<u2"
    image = Image.frombytes(mode, (64, 64), (GREY.astype(order) * 257).astype(order).tobytes())
    assert np.array_equal(np.asarray(visible(image, b"")[0]), GREY)


def test_integers_of_thirty_two_bits_hold_sixteen() -> None:
    pixels, actions = as_tiff(Image.fromarray(GREY.astype(np.int32) * 257))
    assert np.array_equal(pixels, GREY)
    assert actions == ("colour:greyscale", "depth:16")


def test_floats_are_fractions_of_white() -> None:
    pixels, actions = as_tiff(Image.fromarray(GREY.astype(np.float32) / 255))
    assert np.array_equal(pixels, GREY)
    assert actions == ("colour:greyscale", "depth:float")


@pytest.mark.parametrize(
    ("value", "dtype"), [(65536, np.int32), (-1, np.int32), (1.5, np.float32), (np.nan, np.float32)]
)
def test_shades_beyond_white_and_black_are_refused(value: float, dtype: type) -> None:
    values = np.zeros((8, 8), dtype)
    values[3, 3] = value
    with pytest.raises(UnsupportedImageFormat, match="shades from"):
        as_tiff(Image.fromarray(values))


def test_a_turned_tiff_is_turned_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels, _ = as_tiff_turned(exif)
    assert np.array_equal(pixels, GREY.swapaxes(0, 1)[:, ::-1])


def as_tiff_turned(exif: Image.Exif) -> tuple[np.ndarray, tuple[str, ...]]:
    picture = read_image(saved(Image.fromarray(GREY), "TIFF", exif=exif), max_pixels=10_000, formats=("TIFF",))
    return picture.pixels[..., 0], picture.actions


@pytest.mark.parametrize(
    ("mode", "seen"),
    [
        ("1", "L"),
        ("L", "L"),
        ("LA", "RGBA"),
        ("P", "RGB"),
        ("PA", "RGBA"),
        ("RGB", "RGB"),
        ("RGBA", "RGBA"),
        ("RGBa", "RGBA"),
        ("RGBX", "RGB"),
        ("CMYK", "RGB"),
        ("YCbCr", "RGB"),
        ("I", "L"),
        ("F", "L"),
        ("I;16", "L"),
    ],
)
def test_every_mode_becomes_one_of_three(mode: str, seen: str) -> None:
    assert visible(Image.new(mode, (4, 4)), b"")[0].mode == seen


@pytest.mark.parametrize("mode", ["LAB", "HSV"])
def test_other_modes_are_refused(mode: str) -> None:
    with pytest.raises(UnsupportedImageFormat, match=mode):
        visible(Image.new(mode, (4, 4)), b"")


def test_a_deep_portable_anymap_is_scaled() -> None:
    data = b"P5 64 64 65535\n" + (GREY.astype(">u2") * 257).astype(">u2").tobytes()
    picture = read_image(data, max_pixels=10_000, formats=("PPM",))
    assert np.array_equal(picture.pixels[..., 0], GREY)
