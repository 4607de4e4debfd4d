"""Files that cost their sender a few bytes for each step that a decoder takes."""

import struct

import pytest
from PIL import Image

from app.errors import TooCostly, TooManyPixels
from app.image_work import check_work, gif_canvas, gif_frames
from app.images import read_image
from tests.app.image_corpus import chunk, corpus, natural, saved

PICTURE = Image.fromarray(natural(40, 30))


def refused(data: bytes, *, kind: str, message: str) -> None:
    with pytest.raises(TooCostly, match=message):
        check_work(data, kind=kind)
    with pytest.raises(TooCostly, match=message):
        read_image(data, max_pixels=50_000_000)


def test_chunks_of_a_png() -> None:
    data = saved(PICTURE, "PNG")
    refused(data[:33] + chunk(b"aaAa", b"") * 50_001 + data[33:], kind="PNG", message="50000 chunks")


def test_segments_of_a_jpeg() -> None:
    data = saved(PICTURE, "JPEG")
    refused(data[:2] + b"\xff\xfe\0\2" * 2001 + data[2:], kind="JPEG", message="2000 segments")


def test_bytes_between_the_segments_of_a_jpeg() -> None:
    data = saved(PICTURE, "JPEG")
    refused(data[:2] + b"\xff" * 70_000 + data[2:], kind="JPEG", message="65536 bytes between")


def test_segments_behind_an_early_end_of_a_jpeg() -> None:
    data = saved(PICTURE, "JPEG")
    refused(data[:2] + b"\xff\xd9" + b"\xff\xfe\0\2" * 2001 + data[2:], kind="JPEG", message="2000 segments")


def test_bytes_between_the_blocks_of_a_gif() -> None:
    data = saved(PICTURE, "GIF")
    start = 13 + 3 * 256
    refused(data[:start] + b"a" * 200_001 + data[start:], kind="GIF", message="200000 blocks")


def test_what_follows_a_png_plays_no_part() -> None:
    assert read_image(saved(PICTURE, "PNG") + bytes(2_000_000), max_pixels=10_000).actions == ()


def test_scans_of_a_jpeg() -> None:
    data = saved(PICTURE, "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    refused(data[:-2] + last * 60 + data[-2:], kind="JPEG", message="64 scans")


def test_what_follows_a_jpeg_plays_no_part() -> None:
    data = saved(PICTURE, "JPEG") + b"a film \xff\xda" * 1000
    assert read_image(data, max_pixels=10_000).actions == ()


def test_blocks_of_a_gif() -> None:
    data = saved(PICTURE, "GIF")
    refused(data[:-1] + b"\x21\xfe" + b"\1a" * 200_001 + b"\0;", kind="GIF", message="200000 blocks")


def test_frames_of_a_gif() -> None:
    data = saved(Image.new("P", (1, 1)), "GIF")
    frame = data[data.index(b",", 13) : -1]
    refused(data[:-1] + frame * 10_000 + b";", kind="GIF", message="10000 frames")


def test_frames_that_a_png_announces() -> None:
    data = saved(PICTURE, "PNG")
    film = data[:33] + chunk(b"acTL", struct.pack(">II", 10_001, 0)) + data[33:]
    with pytest.raises(TooCostly, match="10000 frames"):
        read_image(film, max_pixels=10_000)


def packed_bitmap(width: int, height: int, body: bytes) -> bytes:
    palette = bytes(value for shade in range(256) for value in (shade, shade, shade, 0))
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 1078 + len(body), 0, 0, 1078) + info + palette + body


@pytest.mark.parametrize(("width", "body"), [(2_000_000, b"\1\1\0\0"), (10, b"\1\1" * 2**20)])
def test_steps_of_a_packed_bitmap(width: int, body: bytes) -> None:
    refused(packed_bitmap(width, 1, body), kind="BMP", message="packed by run lengths")


def test_a_small_packed_bitmap_is_read() -> None:
    picture = read_image(packed_bitmap(64, 64, (b"\x40\x63\0\0" * 64)), max_pixels=10_000)
    assert picture.pixels.tolist() == [[[99] * 3] * 64] * 64


def test_the_frames_of_a_gif_are_counted_without_decoding() -> None:
    frames = [PICTURE.rotate(angle) for angle in range(0, 90, 10)]
    assert gif_frames(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])) == 9
    assert gif_frames(b"GIF89a") == 0


def test_a_frame_may_reach_beyond_the_canvas_of_a_gif() -> None:
    data = bytearray(saved(PICTURE, "GIF"))
    assert gif_canvas(bytes(data)) == (30, 40)
    at = data.index(b",", 13 + 3 * 256)
    data[at + 1 : at + 9] = struct.pack("<4H", 10, 0, 9000, 9000)
    assert gif_canvas(bytes(data)) == (9010, 9000)
    with pytest.raises(TooManyPixels, match="9010 x 9000"):
        read_image(bytes(data), max_pixels=50_000_000)
    assert gif_canvas(b"GIF89a".ljust(30, b"\0")) == (0, 0)


def test_no_honest_picture_is_refused() -> None:
    for sample in corpus():
        for kind in ("PNG", "GIF", "JPEG", "BMP"):
            if sample.data.startswith({"PNG": b"\x89PNG", "GIF": b"GIF", "JPEG": b"\xff\xd8", "BMP": b"BM"}[kind]):
                check_work(sample.data, kind=kind)
