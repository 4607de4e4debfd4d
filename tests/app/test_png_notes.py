"""Texts and profiles of a PNG that are packed, and unpack to more than Pillow takes."""

import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from app.images import read_image
from app.png_notes import LONGEST, MOST, without_long_notes
from tests.app.image_corpus import chunk, natural, saved

PICTURE = Image.fromarray(natural(64, 64))
LONG = zlib.compress(bytes(LONGEST + 1))


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks in front of its pixels."""
    return data[:33] + b"".join(chunks) + data[33:]


@pytest.mark.parametrize(
    "note",
    [
        chunk(b"zTXt", b"Comment\0\0" + LONG),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + LONG),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(LONGEST))) * (MOST // LONGEST + 1),
    ],
)
def test_a_long_text_is_no_reason_to_refuse_a_picture(note):
    data = saved(PICTURE, "PNG")
    for sent in (with_chunks(data, note), data[:-12] + note + data[-12:]):
        picture = read_image(sent, max_pixels=10_000)
        assert np.array_equal(picture.pixels, PICTURE)
        assert picture.actions == ()


def test_a_long_profile_is_told_as_not_applied():
    sent = with_chunks(saved(PICTURE, "PNG"), chunk(b"iCCP", b"P\0\0" + LONG))
    picture = read_image(sent, max_pixels=10_000)
    assert np.array_equal(picture.pixels, PICTURE)
    assert picture.actions == ("icc:ignored",)


def test_what_is_short_stays_beside_what_is_long():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    notes, orientation = PngInfo(), Image.Exif()
    notes.add_text("Comment", "short", zip=True)
    notes.add_itxt("Title", "short", zip=True)
    orientation[0x0112] = 6
    data = saved(PICTURE, "PNG", pnginfo=notes, icc_profile=profile, exif=orientation)
    assert without_long_notes(data) is data
    assert without_long_notes(with_chunks(data, chunk(b"zTXt", b"Comment\0\0" + LONG))) == data


@pytest.mark.parametrize("cut", [9, 12, 20, 40])
def test_a_broken_note_is_left_to_the_decoder(cut):
    data = saved(PICTURE, "PNG")[:33] + chunk(b"iTXt", b"Title\0\1\0\0\0" + zlib.compress(b"text"))[:cut]
    assert without_long_notes(data) is data


def test_notes_without_number_are_not_all_unpacked():
    sent = with_chunks(saved(PICTURE, "PNG"), chunk(b"iCCP", b"P\0\0" + zlib.compress(bytes(LONGEST - 1), 9)) * 5_000)
    began = time.process_time()
    assert read_image(sent, max_pixels=10_000).actions == ("icc:ignored",)
    assert time.process_time() - began < 1  # all of them are 5 GB
