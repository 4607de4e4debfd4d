"""What a PNG says beside its pixels and has packed: Pillow refuses the whole picture for one long text or profile."""

import struct
import zlib

from PIL.PngImagePlugin import MAX_TEXT_CHUNK

from app.image_work import png_chunks

LONGEST = MAX_TEXT_CHUNK
"""Bytes of a text or profile once it is unpacked; the profiles that are applied are far shorter."""
MOST = 8 * LONGEST
"""Bytes of all of them, beyond which none is unpacked any more."""

_PACKED = (b"iCCP", b"zTXt", b"iTXt")
_BROKEN_PROFILE = b"P\0\0" + zlib.compress(b"too long")


def without_long_notes(data: bytes) -> bytes:
    """Return a PNG without the texts that unpack to more than Pillow takes; such a profile becomes a broken one."""
    kept: list[bytes] = []
    copied, left = 0, MOST
    for start in png_chunks(data):
        kind = data[start + 4 : start + 8]
        if kind not in _PACKED:
            continue
        end = start + 12 + int.from_bytes(data[start : start + 4], "big")
        size = _unpacked_size(kind, data[start + 8 : end - 4], most=min(left, LONGEST))
        left -= size
        if size > LONGEST or (size and left < 0):
            kept += [data[copied:start], _chunk(kind, _BROKEN_PROFILE) if kind == b"iCCP" else b""]
            copied = end
    return b"".join([*kept, data[copied:]]) if kept else data


def _unpacked_size(kind: bytes, body: bytes, *, most: int) -> int:
    """How many bytes a text or profile unpacks to, up to one more than `most`; 0 for what is not packed, or broken."""
    _, _, rest = body.partition(b"\0")
    packed = rest[1:]
    if kind == b"iTXt":  # which tells first whether it is packed, and has two more texts in front
        packed = b"" if rest[:1] == b"\0" else rest[2:].split(b"\0", 2)[-1]
    try:
        return len(zlib.decompressobj().decompress(packed, max(most, 0) + 1))
    except zlib.error:
        return 0


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
