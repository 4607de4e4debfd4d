import io

import pillow_heif
import pytest
from PIL import Image

from app.errors import EmptyFile, NotAnImage, UnsupportedImageFormat
from app.image_formats import READ_FORMATS, declared_size, image_format

pillow_heif.register_heif_opener()


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = (10, 7), **how: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, {"HEIC": "HEIF"}.get(kind, kind), **how)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", READ_FORMATS)
def test_formats_that_are_read_are_known_by_their_bytes(kind: str) -> None:
    assert image_format(saved(kind)) == kind


@pytest.mark.parametrize("kind", ["TIFF", "JPEG2000", "ICO", "PPM", "DDS"])
def test_other_picture_formats_are_refused_as_pictures(kind: str) -> None:
    with pytest.raises(UnsupportedImageFormat, match="JPEG, PNG, WEBP, GIF, BMP, AVIF and HEIC"):
        image_format(saved(kind, size=(16, 16)))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"8BPS\0\1", "Photoshop"),
        (b"\xff\x0a\x00", "JPEG XL"),
        (b"%PDF-1.4", "PDF"),
    ],
)
def test_a_picture_that_is_not_read_is_named(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedImageFormat, match=name):
        image_format(data)


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_heic_is_known_by_its_brands(brand: bytes) -> None:
    data = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + bytes(20)
    assert image_format(data) == "HEIC"
    with pytest.raises(UnsupportedImageFormat, match="the file is HEIC; this service reads JPEG and PNG"):
        image_format(data, formats=("JPEG", "PNG"))


def test_heic_is_not_read_without_its_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.image_formats._heic_is_installed", lambda: False)
    with pytest.raises(UnsupportedImageFormat, match=r"GIF, BMP and AVIF$"):
        image_format(saved("HEIC"))


@pytest.mark.parametrize(("kind", "name"), [("TIFF", "TIFF"), ("JPEG2000", "JPEG2000"), ("PPM", "PPM"), ("QOI", "QOI")])
def test_a_format_that_an_operator_allows_is_read(kind: str, name: str) -> None:
    assert image_format(saved(kind), formats=(name,)) == name


def test_an_avif_in_a_general_container_is_an_avif() -> None:
    assert image_format(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif" + bytes(20)) == "AVIF"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\3\4", "a zip archive"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"a cat sat on a mat\n", "text"),
        ("eine Katze saß da\n".encode() * 40, "text"),
        (("ß" * 400).encode(), "text"),
        (b"BMW is no bitmap, but begins like one", "text"),
        (b"\x01\x02\x03\x04", "of an unknown kind"),
        (b"\x89PN", "of an unknown kind"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a sound or film file"),
    ],
)
def test_no_picture_is_refused_with_what_it_is(data: bytes, kind: str) -> None:
    with pytest.raises(NotAnImage, match=kind):
        image_format(data)


def test_no_bytes_are_an_empty_file() -> None:
    with pytest.raises(EmptyFile):
        image_format(b"")


@pytest.mark.parametrize(
    ("kind", "mode", "how"),
    [
        ("PNG", "RGB", {}),
        ("GIF", "RGB", {}),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGBA", {"exif": b"Exif\0\0"}),
        ("WEBP", "RGB", {"exif": b"Exif\0\0"}),
    ],
)
def test_the_size_is_read_from_the_header(kind: str, mode: str, how: dict[str, object]) -> None:
    assert declared_size(saved(kind, mode, (301, 70), **how), kind=kind) == (301, 70)


@pytest.mark.parametrize("kind", ["JPEG", "BMP", "AVIF"])
def test_other_headers_are_left_to_pillow(kind: str) -> None:
    assert declared_size(saved(kind), kind=kind) is None


def test_a_header_that_ends_early_has_no_size() -> None:
    assert declared_size(b"\x89PNG\r\n\x1a\n", kind="PNG") == (0, 0)
