"""How much work a picture is beyond its pixels, judged before a decoder sees it.

Most parts of a file that cost a decoder a step cost its sender a few bytes: chunks, segments, scans and frames. Each is
counted here, no further than to its limit, which lies far above what any program writes.
"""

import itertools
import re
import struct
from collections.abc import Callable, Iterable, Iterator

from app.errors import TooCostly
from app.jpeg import SCAN_MARK

MAX_FRAMES = 10_000
MAX_PNG_CHUNKS = 50_000  # of 8 KiB as a rule
MAX_GIF_BLOCKS = 200_000  # of 255 bytes as a rule
MAX_JPEG_SEGMENTS = 2_000
MAX_JPEG_SCANS = 64  # each goes through the whole picture; a progressive JPEG has about ten
MAX_JPEG_FILL = 65_536  # bytes between segments
MAX_RUN_LENGTH = 2**20  # pixels or bytes of a bitmap that is packed, which Pillow unpacks step by step in Python

_GIF_INTRODUCER = re.compile(rb"[,!;]")
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_SCAN, _END = 0xDA, 0xD9
_WITHOUT_LENGTH = {0x01, 0xD8, _END}


def check_work(data: bytes, *, kind: str) -> None:
    """Raise TooCostly for a picture that is far more work than its pixels are."""
    if check := _CHECKS.get(kind):
        check(data)


def check_frames(frames: int) -> None:
    """Raise TooCostly for more frames than any animation has; the first alone is decoded, but all are listed."""
    _refuse_more_than(MAX_FRAMES, frames, "frames")


def gif_frames(data: bytes) -> int:
    """Count the frames of a GIF as far as it is whole."""
    return sum(kind == "frame" for kind, _ in _gif_blocks(data))


def gif_canvas(data: bytes) -> tuple[int, int]:
    """Read width and height of a GIF, whose first frame may reach beyond what the header says."""
    width, height = struct.unpack_from("<HH", data, 6)
    start = next((at for kind, at in _gif_blocks(data) if kind == "frame"), len(data))
    if start + 9 > len(data):
        return width, height
    left, top, across, down = struct.unpack_from("<4H", data, start + 1)
    return max(width, left + across), max(height, top + down)


def png_chunks(data: bytes) -> Iterator[int]:
    """Give where each chunk of a PNG begins, up to its last or to where it breaks off."""
    at = 8
    while at + 8 <= len(data) and data[at + 4 : at + 8] != b"IEND":
        yield at
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _check_png(data: bytes) -> None:
    _refuse_more_than(MAX_PNG_CHUNKS, _count(png_chunks(data), MAX_PNG_CHUNKS), "chunks")


def _check_gif(data: bytes) -> None:
    kinds = [kind for kind, _ in itertools.islice(_gif_blocks(data), MAX_GIF_BLOCKS + 1)]
    _refuse_more_than(MAX_GIF_BLOCKS, len(kinds), "blocks")
    check_frames(kinds.count("frame"))


def _check_jpeg(data: bytes) -> None:
    if _is_little(data):
        return
    segments = list(itertools.islice(_jpeg_segments(data), MAX_JPEG_SEGMENTS + 1))
    _refuse_more_than(MAX_JPEG_SEGMENTS, len(segments), "segments")
    _refuse_more_than(MAX_JPEG_SCANS, sum(marker == _SCAN for marker, _ in segments), "scans")
    before = itertools.takewhile(lambda segment: segment[0] != _SCAN, segments)
    _refuse_more_than(MAX_JPEG_FILL, sum(fill for _, fill in before), "bytes between segments")


def _is_little(data: bytes) -> bool:
    """Whether a JPEG has too few bytes of each kind to be too much work, which is soon counted."""
    marks = data.count(0xFF)
    few_scans = marks <= MAX_JPEG_SCANS or data.count(SCAN_MARK) <= MAX_JPEG_SCANS
    return len(data) <= MAX_JPEG_FILL and marks <= MAX_JPEG_SEGMENTS and few_scans


def _check_bitmap(data: bytes) -> None:
    if int.from_bytes(data[14:18], "little") < 40 or int.from_bytes(data[30:34], "little") not in (1, 2):
        return
    width, height = (abs(int.from_bytes(data[at : at + 4], "little", signed=True)) for at in (18, 22))
    _refuse_more_than(MAX_RUN_LENGTH, max(width * height, len(data)), "pixels or bytes, and is packed by run lengths")


def _gif_blocks(data: bytes) -> Iterator[tuple[str, int]]:
    """Give each frame and each block of data in a GIF and where it begins, up to its end or to where it breaks off.

    Bytes that belong to none count as a block each, since Pillow goes through them one by one.
    """
    at = 13 + _colour_table(data[10:11])
    while (found := _GIF_INTRODUCER.search(data, at)) and found[0] != b";":
        yield from (("block", between) for between in range(at, found.start()))
        at = found.end() + 1
        if found[0] == b",":
            yield "frame", found.start()
            at = found.start() + 11 + _colour_table(data[found.start() + 9 : found.start() + 10])
        while at < len(data) and data[at]:
            yield "block", at
            at += data[at] + 1
        at += 1


def _colour_table(flags: bytes) -> int:
    """The bytes of the colour table that these flags announce."""
    return 3 * 2 ** ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Give each marker of the first picture in a JPEG, and how many bytes stand before it that belong to none."""
    at, scanned = 2, False
    while found := _MARKER.search(data, at):
        marker = data[found.start() + 1]
        yield marker, found.start() - at
        scanned = scanned or marker == _SCAN
        if marker == _END and scanned:  # before the first scan, Pillow reads on
            return
        at = found.end()
        if marker not in _WITHOUT_LENGTH:
            at += int.from_bytes(data[at : at + 2], "big")


def _count(parts: Iterable[object], most: int) -> int:
    return sum(1 for _ in itertools.islice(parts, most + 1))


def _refuse_more_than(most: int, found: int, what: str) -> None:
    if found > most:
        raise TooCostly(f"the picture has more than {most} {what}; save it again with another program")


_CHECKS: dict[str, Callable[[bytes], None]] = {
    "PNG": _check_png,
    "GIF": _check_gif,
    "JPEG": _check_jpeg,
    "BMP": _check_bitmap,
}
