"""What a JPEG says of itself in front of its first scan, and the short way to the pixels of one that says no more."""

import struct
from dataclasses import dataclass

from PIL import Image

FIRST = 0xFFC0
FRAMES = frozenset(range(0xFFC0, 0xFFD0)) - {0xFFC4, 0xFFC8, 0xFFCC}
SCAN = 0xFFDA
SCAN_MARK = SCAN.to_bytes(2)
PLAIN = frozenset({0xFFC0, 0xFFC1, 0xFFC2, 0xFFC4, 0xFFDB, 0xFFDD, 0xFFE0, 0xFFFE})
"""Frames that all read, tables, and what says nothing of how the picture is to be seen: JFIF and comments."""
UNREAD = FRAMES - {0xFFC0, 0xFFC1, 0xFFC2, 0xFFC9, 0xFFCA}
"""Lossless and hierarchical frames."""
DEPTH = 8
COMPONENTS = (1, 3, 4)
MODES = {1: "L", 3: "RGB"}
"""What a picture of so many components is."""
LEAST = 10
"""How many bytes of a segment matter here: marker, length, and of a frame precision, sides and components."""

_SEGMENT = struct.Struct(">HH")
_FRAME = struct.Struct(">BHHB")


@dataclass(frozen=True, slots=True)
class Header:
    """The frame of a JPEG, and the markers of all segments in front of the first scan."""

    width: int
    height: int
    components: int
    depth: int
    markers: frozenset[int]


def read_header(data: bytes) -> Header | None:
    """Read the segments of a JPEG up to its first scan; None where they break off, or tell of no pixels."""
    at, end, frame = 2, len(data) - LEAST, (0, 0, 0, 0)
    markers: set[int] = set()
    while at <= end:
        marker, length = _SEGMENT.unpack_from(data, at)
        if marker == SCAN:
            return Header(*frame, frozenset(markers)) if 0 not in frame else None
        if marker < FIRST:
            return None
        if marker in FRAMES:
            depth, height, width, components = _FRAME.unpack_from(data, at + 4)
            frame = width, height, components, depth
        markers.add(marker)
        at += 2 + length
    return None


def unread_kind(header: Header) -> str:
    """Return which kind of JPEG that no decoder here reads this is; empty for any other."""
    if header.markers & UNREAD:
        return "it is lossless or hierarchical"
    if header.depth != DEPTH:
        return f"it has {header.depth} bits a colour, and {DEPTH} are read"
    return f"it has {header.components} colours" if header.components not in COMPONENTS else ""


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
