"""Pictures made by code, against pixels from independent arithmetic: a PNG writer and a resize of our own."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.errors import (
    EmptyFile,
    NotAnImage,
    TooLarge,
    TooManyPixels,
    TruncatedImage,
    Unprocessable,
    UnsupportedImageFormat,
)
from app.images import Picture, read_image, resize
from tests.app.image_corpus import GROUPS, Sample, as_ycck, chunk, corpus, mutated, natural, resized, saved

LIMIT = 50_000_000
RED, GREEN, BLUE, WHITE = (220, 30, 40), (20, 200, 60), (30, 60, 210), (255, 255, 255)

Pixels = NDArray[np.uint8]


def read(data: bytes) -> Picture:
    return read_image(data, max_pixels=LIMIT)


def png(*, width: int, height: int, depth: int, colour: int, rows: bytes, extra: bytes = b"") -> bytes:
    """Write a PNG of unfiltered rows, each without its filter byte."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    length = len(rows) // height
    lines = b"".join(b"\0" + rows[at : at + length] for at in range(0, len(rows), length))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def noise(height: int, width: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, size=(height, width, 3), dtype=np.uint8)


def smooth(height: int, width: int) -> Pixels:
    """A picture without sharp edges, which survives compression."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    planes = [np.sin(3 * x), np.cos(4 * y), np.sin(2 * x + 3 * y)]
    return np.rint(127 + 100 * np.stack(planes, axis=-1)).astype(np.uint8)


def quadrants(side: int = 64) -> Image.Image:
    """Red upper left, green upper right, blue lower left, white lower right."""
    image = Image.new("RGB", (side, side), WHITE)
    half = side // 2
    image.paste(RED, (0, 0, half, half))
    image.paste(GREEN, (half, 0, side, half))
    image.paste(BLUE, (0, half, half, side))
    return image


def corners(pixels: Pixels) -> list[tuple[int, ...]]:
    """The colours in the middle of each quadrant: upper left, upper right, lower left, lower right."""
    return [tuple(pixels[y, x].tolist()) for y in (16, 48) for x in (16, 48)]


def close(colours: list[tuple[int, ...]], expected: list[tuple[int, int, int]], within: int = 2) -> bool:
    return bool(np.abs(np.array(colours) - np.array(expected)).max() <= within)


# --- the plain way


@pytest.mark.parametrize("kind", ["PNG", "BMP"])
def test_a_picture_of_the_right_size_comes_out_as_it_is(kind: str) -> None:
    pixels = noise(64, 64)
    picture = read(saved(Image.fromarray(pixels), kind))
    assert np.array_equal(picture.pixels, pixels)
    assert picture.pixels.dtype == np.uint8
    assert picture.actions == ()


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"quality": 95, "progressive": True, "subsampling": 0}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"quality": 95}),
        ("AVIF", {"quality": 95}),
    ],
)
def test_every_format_shows_the_same_picture(kind: str, how: dict[str, Any]) -> None:
    pixels = smooth(150, 200)
    picture = read(saved(Image.fromarray(pixels), kind, **how))
    assert np.abs(picture.pixels - resized(pixels)).mean() < 1.5
    assert picture.actions == ()


@pytest.mark.parametrize(("height", "width"), [(150, 150), (100, 371), (30, 20), (1, 1), (64, 65), (3, 200)])
def test_the_resize_is_an_antialiased_bicubic_filter(height: int, width: int) -> None:
    pixels = noise(height, width)
    assert np.abs(resize(pixels) - resized(pixels)).max() <= 1.5  # the filter rounds twice


def test_a_large_picture_is_reduced_first_and_still_right() -> None:
    pixels = smooth(700, 1000)
    pixels[::2] = 255 - pixels[::2]
    assert np.abs(resize(pixels) - resized(pixels)).mean() < 1.0


def test_a_large_jpeg_is_decoded_at_reduced_scale_and_still_right() -> None:
    image = Image.fromarray(noise(300, 400)).resize((1000, 800))
    data = saved(image, "JPEG", quality=90)
    whole = np.asarray(Image.open(io.BytesIO(data)))
    assert np.abs(read(data).pixels - resized(whole)).mean() < 1.0


def test_an_extreme_shape_is_read() -> None:
    assert read(saved(Image.new("L", (10_000, 3), 77), "PNG")).pixels.tolist() == [[[77] * 3] * 64] * 64


def test_the_import_and_the_prediction_resize_alike() -> None:
    pixels = noise(200, 333)
    assert np.array_equal(read(saved(Image.fromarray(pixels), "PNG")).pixels, resize(pixels))


def test_all_photos_are_read(photos: list[Path]) -> None:
    assert len(photos) == 19
    for photo in photos:
        picture = read(photo.read_bytes())
        by_hand = resized(np.asarray(Image.open(photo)))
        assert np.abs(picture.pixels - by_hand).max() <= 1.0
        assert picture.actions == ()


def test_the_name_and_the_declared_type_play_no_part() -> None:
    data = saved(quadrants(), "PNG")
    assert close(corners(read(data).pixels), [RED, GREEN, BLUE, WHITE], within=0)


# --- the corpus


@pytest.mark.parametrize("group", GROUPS)
def test_every_picture_of_the_corpus_has_its_pixels(group: str) -> None:
    samples = list(GROUPS[group]())
    assert [fault for sample in samples if (fault := fault_of(sample))] == []
    assert len(samples) >= 3


def fault_of(sample: Sample) -> str:
    picture = read(sample.data)
    off = np.abs(picture.pixels - sample.expected)
    if off.mean() <= sample.mean and off.max() <= sample.most and picture.actions == sample.actions:
        return ""
    return f"{sample.name}: {picture.actions}, off by {off.mean():.2f} on average and {off.max():.1f} at most"


SIZES = [(193, 193), (385, 777), (500, 375), (799, 1201), (1001, 1537), (1537, 2049), (3001, 2003)]


@pytest.mark.long
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_jpeg_at_reduced_scale_stays_within_one_of_the_full_decode(width: int, height: int) -> None:
    image = Image.fromarray(natural(height, width, seed=width))
    for quality in (30, 75, 95):
        for how in ({"subsampling": 0}, {"subsampling": 1, "progressive": True}, {"subsampling": 2}):
            assert_as_decoded_in_full(saved(image, "JPEG", quality=quality, **how))


def test_photos_of_any_size_stay_within_one_of_the_full_decode(photos: list[Path]) -> None:
    for photo, side in zip(photos, range(190, 1350, 60), strict=False):
        image = Image.open(photo)
        assert_as_decoded_in_full(saved(image.resize((side, side * 3 // 4)), "JPEG", quality=85))


def assert_as_decoded_in_full(data: bytes) -> None:
    whole = resized(np.asarray(Image.open(io.BytesIO(data))))
    assert np.abs(read(data).pixels - whole).mean() <= 1.0


# --- orientation

EXPECTED_CORNERS = {
    1: [RED, GREEN, BLUE, WHITE],
    2: [GREEN, RED, WHITE, BLUE],
    3: [WHITE, BLUE, GREEN, RED],
    4: [BLUE, WHITE, RED, GREEN],
    5: [RED, BLUE, GREEN, WHITE],
    6: [BLUE, RED, WHITE, GREEN],
    7: [WHITE, GREEN, BLUE, RED],
    8: [GREEN, WHITE, RED, BLUE],
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_turned_photo_is_put_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read(saved(quadrants(128), kind, exif=exif, quality=95))
    assert close(corners(picture.pixels), EXPECTED_CORNERS[orientation], within=6)
    assert picture.actions == (() if orientation == 1 else (f"exif:{orientation}",))


@pytest.mark.parametrize("told", [0, 9, 65535])
def test_an_orientation_without_a_meaning_changes_nothing(told: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = told
    picture = read(saved(quadrants(), "PNG", exif=exif))
    assert close(corners(picture.pixels), EXPECTED_CORNERS[1], within=0)
    assert picture.actions == ()


def test_an_orientation_told_as_a_fraction_is_the_same_one() -> None:
    entry = struct.pack(">HHIf", 0x0112, 11, 1, 6)
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\1" + entry + bytes(4)
    assert read(saved(quadrants(), "JPEG", quality=95, exif=exif)).actions == ("exif:6",)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # a service does not make Pillow's warnings errors
def test_broken_exif_does_not_refuse_a_whole_picture() -> None:
    data = saved(quadrants(), "JPEG", quality=95, exif=b"Exif\0\0II*\0\xff\xff\xff\x7f\1\2\3")
    assert close(corners(read(data).pixels), EXPECTED_CORNERS[1], within=6)


# --- transparency


def test_alpha_is_put_on_white() -> None:
    image = quadrants().convert("RGBA")
    alpha = Image.new("L", (64, 64), 255)
    alpha.paste(0, (0, 0, 32, 32))
    alpha.paste(51, (32, 0, 64, 32))
    image.putalpha(alpha)
    picture = read(saved(image, "PNG"))
    pale = tuple(round(channel * 0.2 + 255 * 0.8) for channel in GREEN)
    assert close(corners(picture.pixels), [WHITE, pale, BLUE, WHITE], within=1)
    assert picture.actions == ("matte:white",)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_other_formats_alpha_is_put_on_white(kind: str) -> None:
    image = quadrants().convert("RGBA")
    image.putalpha(Image.new("L", (64, 64), 0))
    picture = read(saved(image, kind))
    assert picture.pixels.min() == 255
    assert picture.actions == ("matte:white",)


@pytest.mark.parametrize(("alpha", "shown", "actions"), [(0, RED, ()), (128, (237, 142, 147), ("matte:white",))])
def test_a_bitmap_whose_alpha_nobody_has_written_is_opaque(alpha: int, shown: tuple[int, ...], actions: object) -> None:
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 56, 8, 8, 1, 32, 3, 256, 0, 0, 0, 0) + masks
    picture = read(b"BM" + struct.pack("<IHHI", 70 + 256, 0, 0, 70) + header + bytes([*RED[::-1], alpha]) * 64)
    assert np.abs(picture.pixels[0, 0].astype(int) - shown).max() <= 1
    assert picture.actions == actions


def test_an_opaque_alpha_channel_is_not_worth_a_word() -> None:
    assert read(saved(quadrants().convert("RGBA"), "PNG")).actions == ()


def test_an_invisible_colour_does_not_bleed_into_its_neighbours() -> None:
    image = Image.new("RGBA", (640, 640), (255, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((320, 0, 640, 640), fill=(0, 0, 255, 255))
    matted = Image.new("RGB", image.size, "white")
    matted.paste(image, mask=image.getchannel("A"))
    assert np.abs(read(saved(image, "PNG")).pixels.astype(int) - resize(np.asarray(matted))).max() <= 2


def test_grey_with_alpha_is_put_on_white() -> None:
    image = Image.merge("LA", (Image.new("L", (64, 64), 100), Image.new("L", (64, 64), 128)))
    picture = read(saved(image, "PNG"))
    assert close(corners(picture.pixels), [(177, 177, 177)] * 4, within=1)
    assert picture.actions == ("colour:greyscale", "matte:white")


@pytest.mark.parametrize(("transparency", "expected"), [(1, (255, 255, 255)), (bytes([255, 102]), (193, 239, 205))])
def test_a_transparent_palette_entry_is_put_on_white(transparency: object, expected: tuple[int, ...]) -> None:
    image = Image.new("P", (64, 64), 0)
    image.putpalette([*RED, 100, 215, 130])
    image.paste(1, (32, 0, 64, 64))
    picture = read(saved(image, "PNG", transparency=transparency))
    assert close(corners(picture.pixels), [RED, expected, RED, expected], within=1)  # type: ignore[list-item]
    assert picture.actions == ("colour:palette", "matte:white")


def test_the_transparent_colour_of_a_gif_is_put_on_white() -> None:
    image = Image.new("P", (64, 64), 0)
    image.putpalette([*RED, *GREEN])
    image.paste(1, (32, 0, 64, 64))
    assert close(corners(read(saved(image, "GIF", transparency=1)).pixels), [RED, WHITE, RED, WHITE], within=0)


def test_the_transparent_colour_of_a_true_colour_png_is_put_on_white() -> None:
    key = chunk(b"tRNS", struct.pack(">HHH", *GREEN))
    rows = np.asarray(quadrants()).tobytes()
    picture = read(png(width=64, height=64, depth=8, colour=2, rows=rows, extra=key))
    assert close(corners(picture.pixels), [RED, WHITE, BLUE, WHITE], within=0)
    assert picture.actions == ("matte:white",)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_the_transparent_shade_of_a_grey_png_is_put_on_white(depth: int) -> None:
    half = 64 * depth // 8 // 2
    shade = 0 if depth == 1 else 1
    sample = {1: b"\0", 2: b"\x55", 4: b"\x11", 8: b"\1", 16: b"\0\1"}[depth]
    rows = (sample * (half // len(sample)) + b"\xff" * half) * 64
    key = chunk(b"tRNS", struct.pack(">H", shade))
    picture = read(png(width=64, height=64, depth=depth, colour=0, rows=rows, extra=key))
    assert picture.pixels.min() == 255
    assert "matte:white" in picture.actions


def test_the_transparent_colour_of_a_deep_png_is_put_on_white() -> None:
    rows = (struct.pack(">HHH", 0x1234, 0x5678, 0x9ABC) * 32 + struct.pack(">HHH", 0, 0, 0xFFFF) * 32) * 64
    key = chunk(b"tRNS", struct.pack(">HHH", 0x1234, 0x5678, 0x9ABC))
    picture = read(png(width=64, height=64, depth=16, colour=2, rows=rows, extra=key))
    assert close(corners(picture.pixels), [WHITE, (0, 0, 255)] * 2, within=0)


def test_a_text_that_calls_itself_transparency_is_only_a_text() -> None:
    text = chunk(b"tEXt", b"transparency\0none at all")
    rows = np.asarray(quadrants()).tobytes()
    picture = read(png(width=64, height=64, depth=8, colour=2, rows=rows, extra=text))
    assert close(corners(picture.pixels), [RED, GREEN, BLUE, WHITE], within=0)


# --- colours and depths


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_few_shades_are_spread_over_the_whole_range(depth: int) -> None:
    highest = 2**depth - 1
    samples = np.arange(64) % (highest + 1)
    bits = np.unpackbits(samples.astype(np.uint8)[:, None], axis=1)[:, -depth:]
    rows = np.packbits(bits.ravel()).tobytes() * 64
    picture = read(png(width=64, height=64, depth=depth, colour=0, rows=rows))
    assert picture.pixels[0, :, 0].tolist() == (samples * 255 // highest).tolist()
    assert picture.actions == ("colour:greyscale",)


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    for values in np.arange(65536).reshape(16, 64, 64):
        picture = read(png(width=64, height=64, depth=16, colour=0, rows=values.astype(">u2").tobytes()))
        assert np.array_equal(picture.pixels[..., 0], np.rint(values / 257))
        assert picture.actions == ("colour:greyscale", "depth:16")


@pytest.mark.parametrize(("colour", "channels"), [(2, 3), (6, 4)])
def test_sixteen_bit_colour_is_scaled_not_clipped(colour: int, channels: int) -> None:
    values = np.random.default_rng(1).integers(0, 65536, size=(64, 64, channels))
    values[..., 3:] = 65535
    rows = values.astype(">u2").tobytes()
    picture = read(png(width=64, height=64, depth=16, colour=colour, rows=rows))
    assert np.abs(picture.pixels - values[..., :3] / 257).max() <= 1.0


def test_sixteen_bit_grey_with_alpha_is_read() -> None:
    rows = struct.pack(">HH", 0x8080, 0x8080) * 64 * 64
    picture = read(png(width=64, height=64, depth=16, colour=4, rows=rows))
    assert close(corners(picture.pixels), [(191, 191, 191)] * 4, within=1)


def test_a_palette_becomes_its_colours() -> None:
    picture = read(saved(quadrants().quantize(4), "PNG"))
    assert close(corners(picture.pixels), [RED, GREEN, BLUE, WHITE], within=0)
    assert picture.actions == ("colour:palette",)


def test_black_and_white_becomes_black_and_white() -> None:
    image = Image.new("1", (64, 64), 1)
    image.paste(0, (0, 0, 32, 64))
    assert close(corners(read(saved(image, "PNG")).pixels), [(0, 0, 0), WHITE] * 2, within=0)


def test_a_grey_jpeg_is_read() -> None:
    picture = read(saved(Image.new("L", (80, 90), 99), "JPEG"))
    assert close(corners(picture.pixels), [(99, 99, 99)] * 4, within=1)
    assert picture.actions == ("colour:greyscale",)


def inked(colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Inks for a colour on white paper, without black."""
    return (255 - colour[0], 255 - colour[1], 255 - colour[2], 0)


def inked_quadrants() -> Image.Image:
    image = Image.new("CMYK", (128, 128), inked(WHITE))
    image.paste(inked(RED), (0, 0, 64, 64))
    image.paste(inked(GREEN), (64, 0, 128, 64))
    image.paste((0, 0, 0, 255), (0, 64, 64, 128))
    return image


def test_a_printer_s_jpeg_has_its_own_colours() -> None:
    picture = read(saved(inked_quadrants(), "JPEG", quality=95))
    assert close(corners(picture.pixels), [RED, GREEN, (0, 0, 0), WHITE], within=6)
    assert picture.actions == ("colour:cmyk",)


def test_a_ycck_jpeg_has_its_own_colours() -> None:
    picture = read(as_ycck(inked_quadrants(), quality=95))
    assert close(corners(picture.pixels), [RED, GREEN, (0, 0, 0), WHITE], within=8)
    assert picture.actions == ("colour:cmyk",)


# --- animations


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "AVIF", "PNG"])
def test_the_first_frame_of_an_animation_is_read(kind: str) -> None:
    later = Image.new("RGB", (64, 64), BLUE)
    how = {"lossless": True} if kind == "WEBP" else {}
    data = saved(quadrants(), kind, save_all=True, append_images=[later, later.rotate(3)], **how)
    picture = read(data)
    assert close(corners(picture.pixels), [RED, GREEN, BLUE, WHITE], within=20)
    assert picture.actions[0] == "frame:1/3"


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "PNG"])
@pytest.mark.parametrize("place", [(20, 10), (0, 0), (34, 44)])
def test_what_the_first_frame_leaves_free_is_white(kind: str, place: tuple[int, int]) -> None:
    film = [Image.new("RGBA", (64, 64), (0, 0, 0, 0)), Image.new("RGBA", (64, 64), BLUE)]
    film[0].paste(RED, (*place, place[0] + 30, place[1] + 20))
    data = saved(film[0], kind, save_all=True, append_images=film[1:])
    expected = np.full((64, 64, 3), 255, dtype=np.uint8)
    expected[place[1] : place[1] + 20, place[0] : place[0] + 30] = RED
    picture = read(data)
    assert np.abs(picture.pixels.astype(int) - expected).mean() < 2
    assert picture.actions == ("frame:1/2", "matte:white")


def test_a_photo_with_a_second_view_is_a_photo() -> None:
    data = saved(quadrants(), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 64))], quality=95)
    picture = read(data)
    assert close(corners(picture.pixels), [RED, GREEN, BLUE, WHITE], within=6)
    assert picture.actions == ()


# --- what is refused


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyFile, match="0 bytes"):
        read(b"")


def test_another_file_is_refused_with_what_it_is() -> None:
    with pytest.raises(NotAnImage, match="zip archive"):
        read(b"PK\x03\x04")


def test_another_picture_format_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedImageFormat, match="TIFF"):
        read(saved(quadrants(), "TIFF"))


def test_an_operator_may_have_other_formats_read() -> None:
    data = saved(Image.fromarray(noise(64, 64)), "TIFF")
    picture = read_image(data, max_pixels=LIMIT, formats=("PNG", "TIFF"))
    assert np.array_equal(picture.pixels, noise(64, 64))
    with pytest.raises(UnsupportedImageFormat, match="the file is JPEG; this service reads PNG and TIFF"):
        read_image(saved(quadrants(), "JPEG"), max_pixels=LIMIT, formats=("PNG", "TIFF"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF", "HEIF"])
@pytest.mark.parametrize("kept", [0.15, 0.5, 0.9])
def test_a_truncated_file_is_no_half_picture(kind: str, kept: float) -> None:
    data = saved(Image.fromarray(noise(200, 200)), kind)
    with pytest.raises(TruncatedImage, match=kind.replace("HEIF", "HEIC")):
        read(data[: int(len(data) * kept)])


@pytest.mark.parametrize("group", ["grey", "colour", "jpegs", "printed", "animations"])
def test_a_file_cut_anywhere_is_an_error_or_the_whole_picture(group: str) -> None:
    for sample in list(GROUPS[group]())[:12]:
        whole = read(sample.data).pixels
        for end in range(20, len(sample.data), max(1, len(sample.data) // 25)):
            try:
                assert np.array_equal(read(sample.data[:end]).pixels, whole), f"{sample.name} up to {end}"
            except TruncatedImage:
                continue


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(TooManyPixels, match="60000 x 60000"):
        read(png(width=60_000, height=60_000, depth=1, colour=0, rows=bytes(60_000)))


def webp_of_canvas(width: int, height: int) -> bytes:
    canvas = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + len(canvas).to_bytes(4, "little") + canvas + bytes(40)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def test_a_webp_bomb_is_refused_before_its_decoder_reserves_memory() -> None:
    with pytest.raises(TooManyPixels, match="16000 x 16000"):
        read(webp_of_canvas(16_000, 16_000))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"])
def test_the_limit_counts_pixels(kind: str) -> None:
    data = saved(Image.new("RGB", (50, 40)), kind)
    assert read_image(data, max_pixels=2000).pixels.shape == (64, 64, 3)
    with pytest.raises(TooManyPixels, match="50 x 40 = 2000 pixels; at most 1999"):
        read_image(data, max_pixels=1999)


@pytest.mark.filterwarnings("ignore")  # a service does not make Pillow's warnings errors
@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(corpus()) - 1), st.data())
def test_damaged_bytes_give_a_picture_or_one_of_our_errors(number: int, data: st.DataObject) -> None:
    damaged = bytearray(corpus()[number].data)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, min(len(damaged), 1000) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(len(damaged) // 2, len(damaged)))
    assert_read_or_refused(bytes(damaged[:end]))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("start", [0, pytest.param(1000, marks=pytest.mark.long)])
def test_mutated_pictures_are_read_or_refused(start: int) -> None:
    for seed in range(start, start + (500 if start == 0 else 20_000)):
        assert_read_or_refused(mutated(seed))


def assert_read_or_refused(data: bytes) -> None:
    try:
        picture = read_image(data, max_pixels=1_000_000)
    except (TooLarge, Unprocessable):
        return
    assert picture.pixels.shape == (64, 64, 3)
    assert picture.pixels.dtype == np.uint8


def frame_of_a_jpeg(marker: int, *, depth: int = 8, components: int = 3) -> bytes:
    """A whole JPEG whose frame says that it is of another kind."""
    data = saved(quadrants(), "JPEG")
    at = data.index(b"\xff\xc0")
    return (
        data[: at + 1] + bytes([marker, 0, 17, depth]) + data[at + 5 : at + 9] + bytes([components]) + data[at + 10 :]
    )


def bitmap(width: int, height: int) -> bytes:
    """A BMP whose header tells this size."""
    file = io.BytesIO()
    Image.new("RGB", (10, 10)).save(file, format="BMP")
    content = file.getvalue()
    return content[:18] + struct.pack("<ii", width, height) + content[26:]


def packed_bitmap(compression: int) -> bytes:
    data = bitmap(10, 10)
    return data[:30] + struct.pack("<I", compression) + data[34:]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (frame_of_a_jpeg(0xC3), "JPEG of a kind that is not read .it is lossless or hierarchical"),
        (frame_of_a_jpeg(0xC0, depth=12), "it has 12 bits a colour, and 8 are read"),
        (frame_of_a_jpeg(0xC0, components=2), "it has 2 colours"),
        (packed_bitmap(4), "BMP of a kind that is not read .Unsupported BMP compression .4"),
    ],
)
def test_a_whole_picture_of_a_kind_that_is_not_read_is_not_called_damaged(content, told):
    with pytest.raises(UnsupportedImageFormat, match=told):
        read_image(content, max_pixels=10_000)


@pytest.mark.parametrize(
    ("content", "error", "told"),
    [
        (bitmap(60_000, 60_000), TooManyPixels, "more than 50000000 pixels, which is the most"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17), NotAnImage, "0 x 0 pixels"),
        (bitmap(0, 5), TruncatedImage, "begins as BMP, but no picture can be read from its header"),
        (b"\xff\xd8\xff", TruncatedImage, "begins as JPEG, but no picture can be read from its header"),
    ],
)
def test_what_is_told_is_about_the_picture_and_not_about_the_library(content, error, told):
    with pytest.raises(error, match=told) as refused:
        read_image(content, max_pixels=50_000_000)
    assert "0x" not in refused.value.detail.replace("0 x", "")
    assert "BytesIO" not in refused.value.detail
