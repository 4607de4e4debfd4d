"""What kind of file some bytes are, judged by the bytes alone: neither by a file's name nor by its declared type."""

import codecs
import functools
import importlib.util
import struct
from collections.abc import Callable, Sequence

from app.errors import EmptyFile, NotAnImage, UnsupportedImageFormat
from app.image_work import gif_canvas

READ_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF", "HEIC")
"""What is read unless an operator says otherwise; HEIC only where its decoder is installed."""

OPTIONAL_FORMATS = {"TIFF": "TIFF", "JPEG 2000": "JPEG2000", "portable anymap (PNM)": "PPM", "QOI": "QOI"}
"""What an operator may have read too, and under which name: their decoders meet few files of strangers elsewhere."""

LONGEST_HEADER = 30
"""How many bytes of a file tell its width and height, at most, where they stand at a fixed place."""

_WEBP_FILM = 2  # of the flags
_MOST_WEBP_CHUNKS = 1_000  # in front of the first frame, where two or three stand
_BITMAP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)

_IMAGE_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
}

_OTHER_IMAGE_SIGNATURES = {
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"II+\x00": "TIFF",
    b"MM\x00+": "TIFF",
    b"8BPS": "Photoshop",
    b"\x00\x00\x01\x00": "icon (ICO)",
    b"\x00\x00\x00\x0cjP  ": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\xff\x0a": "JPEG XL",
    b"\x00\x00\x00\x0cJXL ": "JPEG XL",
    b"qoif": "QOI",
    b"DDS ": "DDS",
    b"SIMPLE  =": "FITS",
    b"v/1\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"%!PS": "PostScript",
    b"%PDF": "PDF",
}

_OTHER_SIGNATURES = {
    b"PK\x03\x04": "a zip archive",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"\x1f\x8b": "a gzip file",
    b"\x7fELF": "a program",
    b"ID3": "a sound file",
    b"OggS": "a sound file",
    b"RIFF": "a sound or film file",
    b"{\\rtf": "a text document",
}


def image_format(data: bytes, *, formats: Sequence[str] = READ_FORMATS) -> str:
    """Name the picture format of `data`, one of `formats`.

    Raises EmptyFile, UnsupportedImageFormat (a picture that we do not read) or NotAnImage.
    """
    if not data:
        raise EmptyFile("the file is empty (0 bytes); send the bytes of a picture")
    read = formats if "HEIC" not in formats or _heic_is_installed() else [name for name in formats if name != "HEIC"]
    other = "" if (found := _read_format(data)) else _other_image_format(data)
    name = found or OPTIONAL_FORMATS.get(other, other)
    if name in read:
        return name
    readable = " and ".join(", ".join(read).rsplit(", ", 1))
    if name:
        raise UnsupportedImageFormat(f"the file is {found or other}; this service reads {readable}")
    raise NotAnImage(f"the file is no picture but {_kind_of_file(data)}; this service reads {readable}")


def declared_size(data: bytes, *, kind: str) -> tuple[int, int] | None:
    """Read width and height from where the header of a PNG, GIF or WEBP has them, without a decoder.

    Pillow reserves the memory for a WEBP as it opens it, so its size must be known before.
    """
    reader = _SIZE_READERS.get(kind)
    return reader(data.ljust(LONGEST_HEADER, b"\0")) if reader else None


def webp_frame(data: bytes) -> tuple[int, int, int, int] | None:
    """Return left, top, right and lower edge of the first frame of a WEBP, None where it is no film."""
    if data[12:16] != b"VP8X" or not data[20] & _WEBP_FILM:
        return None
    at = 12
    for _ in range(_MOST_WEBP_CHUNKS):
        if data[at : at + 4] == b"ANMF":
            left, top, across, down = (int.from_bytes(data[at + n : at + n + 3], "little") for n in (8, 11, 14, 17))
            return 2 * left, 2 * top, 2 * left + across + 1, 2 * top + down + 1
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return None


@functools.cache
def _heic_is_installed() -> bool:
    return importlib.util.find_spec("pillow_heif") is not None


def _read_format(data: bytes) -> str:
    for signature, name in _IMAGE_SIGNATURES.items():
        if data.startswith(signature):
            return name
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BITMAP_HEADER_SIZES:
        return "BMP"
    brands = _brands(data)
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIC" if brands & {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"} else ""


def _other_image_format(data: bytes) -> str:
    for signature, name in _OTHER_IMAGE_SIGNATURES.items():
        if data.startswith(signature):
            return name
    if data[:1] == b"P" and data[1:2] in b"1234567" and data[2:3].isspace():
        return "portable anymap (PNM)"
    return "SVG" if b"<svg" in data[:1024].lower() else ""


def _brands(data: bytes) -> set[bytes]:
    """The brands in the first box of an ISO media file; none for another file."""
    if data[4:8] != b"ftyp":
        return set()
    box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    return {box[at : at + 4] for at in range(0, len(box), 4) if at != 4}  # the second four are a version


def _kind_of_file(data: bytes) -> str:
    for signature, kind in _OTHER_SIGNATURES.items():
        if data.startswith(signature):
            return kind
    return "text" if _is_text(data[:512]) else "of an unknown kind"


def _is_text(start: bytes) -> bool:
    """Judge the first bytes of a file; a letter cut at their end is no fault."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in text)


def _size_of_png(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _size_of_webp(head: bytes) -> tuple[int, int]:
    chunk = head[12:16]
    if chunk == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF


_SIZE_READERS: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "PNG": _size_of_png,
    "GIF": gif_canvas,
    "WEBP": _size_of_webp,
}
