"""What a JPEG says of itself in front of its first scan, and the short way to the pixels of one that says no more."""

import struct
from dataclasses import dataclass

from PIL import Image

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
SCAN = 0xDA
PLAIN = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0, 0xFE})
"""Frames that all read, tables, and what says nothing of how the picture is to be seen: JFIF and comments."""
MODES = {1: "L", 3: "RGB"}
"""What a picture of so many components is."""

_SEGMENT = struct.Struct(">BBHBHHB")  # marker and length, and what a frame has next: precision, sides, components
_FIRST_WITH_LENGTH = 0xC0


@dataclass(frozen=True, slots=True)
class Header:
    """The frame of a JPEG, and the markers of all segments in front of the first scan."""

    width: int
    height: int
    components: int
    markers: frozenset[int]


def read_header(data: bytes) -> Header | None:
    """Read the segments of a JPEG up to its first scan; None where they do not follow one another, or
    tell of no pixels."""
    at, frame = 2, (0, 0, 0)
    markers: set[int] = set()
    while at + _SEGMENT.size <= len(data):
        start, marker, length, _, height, width, components = _SEGMENT.unpack_from(data, at)
        if start != 0xFF or marker < _FIRST_WITH_LENGTH or length < 2:
            return None
        if marker == SCAN:
            return Header(*frame, frozenset(markers)) if 0 not in frame else None
        if marker in FRAMES:
            frame = width, height, components
        markers.add(marker)
        at += 2 + length
    return None


def decode_plain(data: bytes, header: Header) -> Image.Image | None:
    """Decode a whole JPEG of 8 bits that holds nothing which changes how it is seen; None for any other.

    The decoder is the same that Pillow comes to by way of its own reader of headers, which takes as long as the decoder
    does for a picture of 64 x 64, and keeps what nobody asks for here.
    """
    mode = MODES.get(header.components)
    if mode is None or not header.markers <= PLAIN:
        return None
    try:
        return Image.frombytes(mode, (header.width, header.height), data, "jpeg", mode, "")
    except (ValueError, OSError):  # Pillow's long way says what is wrong
        return None
