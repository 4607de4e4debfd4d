"""The short way to the pixels of a plain JPEG, against Pillow's long way to the same."""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.errors import ServiceError, TooManyPixels, TruncatedImage
from app.images import DRAFT_SIDE, read_image
from app.jpeg import decode_plain, read_header
from tests.app.image_corpus import natural

KINDS: list[dict[str, Any]] = [
    {},
    {"progressive": True},
    {"quality": 95, "subsampling": 0},
    {"quality": 20, "subsampling": 2, "optimize": True},
    {"restart_marker_blocks": 2},
    {"comment": b"x" * 3000},
]
SIZES = [(64, 64), (1, 1), (37, 50), (150, 150), (2 * DRAFT_SIDE - 1, 400), (2 * DRAFT_SIDE, 400)]


def jpeg(size: tuple[int, int] = (150, 150), *, mode: str = "RGB", **how: Any) -> bytes:
    width, height = size
    file = io.BytesIO()
    Image.fromarray(natural(height, width)).convert(mode).save(file, "JPEG", **how)
    return file.getvalue()


def with_note(data: bytes) -> bytes:
    """The same picture with a segment (APP13) that is nothing to its pixels, but that no plain JPEG has."""
    return data[:2] + b"\xff\xed\x00\x06note" + data[2:]


def outcome(data: bytes) -> tuple[object, ...]:
    try:
        picture = read_image(data, max_pixels=1_000_000)
    except ServiceError as error:
        return (error.code,)
    return picture.pixels.tobytes(), picture.actions


@pytest.mark.parametrize("how", KINDS)
def test_the_header_tells_the_frame_and_what_stands_beside_it(how: dict[str, Any]) -> None:
    header = read_header(jpeg((321, 123), **how))
    assert header is not None
    assert (header.width, header.height, header.components) == (321, 123, 3)
    assert (0xFFFE in header.markers) == ("comment" in how)
    assert (0xFFC2 in header.markers) == ("progressive" in how)


def test_there_is_no_header_where_the_segments_end_or_break_off() -> None:
    data = jpeg()
    first_scan = data.index(b"\xff\xda")
    assert all(read_header(data[:length]) is None for length in range(first_scan))
    assert read_header(b"\xff\xd8\xff\xda\x00\x02" + b"\0" * 20) is None
    assert read_header(b"\xff\xd8\xff\xe0\x00\x00" + b"\0" * 20) is None
    assert read_header(data[:2] + b"\0" + data[2:]) is None


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("how", KINDS)
def test_both_ways_lead_to_the_same_pixels(how: dict[str, Any], size: tuple[int, int], mode: str) -> None:
    data = jpeg(size, mode=mode, **how)
    header = read_header(data)
    assert header is not None
    assert decode_plain(data, header) is not None
    assert outcome(data) == outcome(with_note(data))


@pytest.mark.filterwarnings("ignore")  # of a decoder, about damage
@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS[:5]), st.data())
def test_both_ways_say_the_same_of_damaged_bytes(how: dict[str, Any], data: st.DataObject) -> None:
    damaged = bytearray(jpeg((50, 37), **how))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(3, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(len(damaged) // 2, len(damaged)))
    assert outcome(bytes(damaged[:end])) == outcome(with_note(bytes(damaged[:end])))


@pytest.mark.parametrize(
    "how",
    [{"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}, {"icc_profile": b"profile"}, {"mode": "CMYK"}, {"xmp": b"<x/>"}],
)
def test_whatever_may_change_how_a_picture_is_seen_takes_the_long_way(how: dict[str, Any]) -> None:
    data = jpeg(**how)
    header = read_header(data)
    assert header is not None
    assert decode_plain(data, header) is None


def test_limits_hold_on_the_short_way() -> None:
    with pytest.raises(TooManyPixels, match="150 x 150 = 22500"):
        read_image(jpeg(), max_pixels=22_499)
    data = bytearray(jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = bytes(4)
    with pytest.raises(TruncatedImage, match="a size that the format cannot have"):
        read_image(bytes(data), max_pixels=22_500)


def test_a_grey_picture_is_told_as_one() -> None:
    picture = read_image(jpeg(mode="L"), max_pixels=22_500)
    assert picture.actions == ("colour:greyscale",)
    assert np.ptp(picture.pixels, axis=2).max() == 0
