"""Pictures of every kind, made by code, each with the pixels that must come of it.

The expected pixels never pass through a decoder or Pillow's resize: they are arithmetic on the array that was encoded.
PNG and BMP files are written here; the other formats need an encoder, and lossy ones have a wider tolerance.
"""

import functools
import io
import itertools
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()

Array = NDArray[Any]


@dataclass(frozen=True)
class Sample:
    """A file, the pixels of shape (64, 64, 3) that it stands for, and how far off they may be: on average, at most."""

    name: str
    data: bytes
    expected: Array
    actions: tuple[str, ...] = ()
    mean: float = 0.4
    most: float = 2.0


@functools.cache
def corpus() -> tuple[Sample, ...]:
    return tuple(sample for group in GROUPS.values() for sample in group())


# --- the arithmetic


def natural(height: int, width: int, *, channels: int = 3, seed: int = 0) -> Array:
    """A picture of shape (height, width, channels), uint8, with the spectrum of photos: 1/f, and channels alike."""
    random = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = 1
    shape = (channels + 1, *frequency.shape)
    waves = random.standard_normal(shape) + 1j * random.standard_normal(shape)
    planes = np.fft.irfft2((0.8 * waves[:1] + 0.1 * waves[1:]) / frequency**1.2, s=(height, width))
    scaled = (planes - planes.mean()) / (planes.std() + 1e-9) * 55 + 127
    return np.clip(np.moveaxis(scaled, 0, -1), 0, 255).astype(np.uint8)


def bicubic_weights(source: int) -> Array:
    """Weights of shape (64, source) of an antialiased cubic convolution with a = -0.5."""
    scale = max(source / 64, 1.0)
    middles = (np.arange(64) + 0.5) * source / 64
    x = np.abs((np.arange(source)[None, :] + 0.5 - middles[:, None]) / scale)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    weights = np.where(x < 1, near, np.where(x < 2, far, 0.0))
    return weights / weights.sum(axis=1, keepdims=True)


def resized(pixels: Array) -> Array:
    """Resize values of shape (height, width, 3) to (64, 64, 3) by two products of matrices."""
    across = np.clip(np.einsum("xw,hwc->hxc", bicubic_weights(pixels.shape[1]), pixels.astype(float)), 0, 255)
    return np.clip(np.einsum("yh,hxc->yxc", bicubic_weights(pixels.shape[0]), across), 0, 255)


def on_white(pixels: Array, alpha: Array) -> Array:
    """Colours of shape (height, width, 3) on white; alpha, of shape (height, width), is a fraction."""
    return 255 + (pixels.astype(float) - 255) * alpha[..., None]


UPRIGHT: dict[int, Callable[[Array], Array]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a.swapaxes(0, 1)[:, ::-1],
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: a.swapaxes(0, 1)[::-1],
}
"""What to do with rows and columns of the stored array, by the EXIF orientation."""


# --- the writers


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def png(samples: Array, *, depth: int, colour: int, extra: bytes = b"", interlaced: bool = False) -> bytes:
    """Write samples of shape (height, width, channels) as a PNG without filters."""
    height, width, _ = samples.shape
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(_png_rows(samples[top::down, left::right], depth) for top, left, down, right in passes)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    parts = [chunk(b"IHDR", header), extra, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _png_rows(samples: Array, depth: int) -> bytes:
    if 0 in samples.shape:
        return b""
    if depth == 16:
        packed = samples.astype(">u2").reshape(len(samples), -1).view(np.uint8)
    else:
        bits = np.unpackbits(samples.astype(np.uint8)[..., None], axis=-1)[..., 8 - depth :]
        packed = np.packbits(bits.reshape(len(samples), -1), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in packed)


def bmp(pixels: Array, *, bits: int, palette: Array | None = None, upside_down: bool = False) -> bytes:
    """Write pixels of shape (height, width, 3), or indices of shape (height, width), as a bitmap."""
    height, width = pixels.shape[:2]
    rows = pixels if upside_down else pixels[::-1]
    body = b"".join(_bmp_row(row, bits) for row in rows)
    table = b"" if palette is None else np.pad(palette[:, ::-1], ((0, 0), (0, 1))).astype(np.uint8).tobytes()
    start = 54 + len(table)
    signed = -height if upside_down else height
    info = struct.pack("<IiiHHIIiiII", 40, width, signed, 1, bits, 0, len(body), 0, 0, len(table) // 4, 0)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + table + body


def _bmp_row(row: Array, bits: int) -> bytes:
    if bits >= 24:
        row = np.pad(row[:, ::-1], ((0, 0), (0, bits // 8 - 3)))
        packed = row.astype(np.uint8).tobytes()
    else:
        packed = np.packbits(np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - bits :].ravel()).tobytes()
    return packed + bytes(-len(packed) % 4)


def exif(orientation: int) -> bytes:
    """EXIF data, without its "Exif" in front, that hold an orientation alone."""
    return b"MM\0*\0\0\0\x08\0\1" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + bytes(4)


def contained(image: Image.Image, kind: str, *, angle: int | None, axis: int | None, told: int) -> bytes:
    """Write a HEIF or AVIF file whose boxes `irot` and `imir` turn it, beside EXIF data that tell another orientation.

    An encoder writes the boxes that an orientation needs, and their values are changed then. What is told comes as the
    next tag, which the encoder lets alone.
    """
    needs = {(False, False): 1, (True, False): 6, (False, True): 2, (True, True): 5}[
        angle is not None, axis is not None
    ]
    entries = b"".join(struct.pack(">HHIHH", tag, 3, 1, value, 0) for tag, value in ((0x0112, needs), (0x0113, told)))
    data = bytearray(saved(image, kind, quality=95, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\2" + entries + bytes(4)))
    for name, value in ((b"irot", angle), (b"imir", axis)):
        if value is not None:
            data[data.index(name) + len(name)] = value
    for tag in (0x0112, 0x0113):
        data = data.replace(struct.pack(">HHI", tag, 3, 1), struct.pack(">HHI", tag - 1, 3, 1))
    return bytes(data)


def as_ycck(inks: Image.Image, **how: Any) -> bytes:
    """Write a JPEG of four components whose Adobe marker says YCCK: the inks inverted, and three of them as YCbCr."""
    inverted = 255 - np.asarray(inks)
    three = Image.fromarray(255 - inverted[..., :3]).convert("YCbCr")
    planes = [*three.split(), Image.fromarray(inverted[..., 3])]
    components = Image.merge("CMYK", [plane.point(lambda value: 255 - value) for plane in planes])
    data = saved(components, "JPEG", **how)  # which inverts them back
    at = data.index(b"Adobe") + 11
    return data[:at] + b"\2" + data[at + 1 :]


# --- the pictures


def sizes() -> Iterator[Sample]:
    shapes = [(1, 1), (1, 5), (7, 1), (3, 10_000), (10_000, 3), (63, 65), (64, 64), (65, 129), (200, 333), (1000, 750)]
    for height, width in shapes:
        pixels = natural(height, width, seed=height)
        data = png(pixels, depth=8, colour=2)
        yield Sample(f"size {width}x{height}", data, resized(pixels), mean=0.8, most=12 if height > 500 else 2)


def grey_pngs() -> Iterator[Sample]:
    for depth in (1, 2, 4, 8, 16):
        for interlaced in (False, True):
            grey = natural(45, 37, channels=1).astype(int) * (2**depth - 1) // 255
            shades = np.repeat(grey, 3, axis=-1) * (255 / (2**depth - 1))
            actions = ("colour:greyscale", *(["depth:16"] if depth == 16 else []))
            data = png(grey, depth=depth, colour=0, interlaced=interlaced)
            yield Sample(f"grey {depth} {interlaced}", data, resized(shades), actions)
            key = chunk(b"tRNS", struct.pack(">H", int(grey[0, 0, 0])))
            keyed = on_white(shades, (grey[..., 0] != grey[0, 0, 0]).astype(float))
            data = png(grey, depth=depth, colour=0, interlaced=interlaced, extra=key)
            yield Sample(f"grey key {depth} {interlaced}", data, resized(keyed), (*actions, "matte:white"), 1.5, 40)


def colour_pngs() -> Iterator[Sample]:
    for depth in (8, 16):
        for interlaced in (False, True):
            pixels = natural(51, 70, channels=4, seed=depth).astype(int) * (257 if depth == 16 else 1)
            shades = pixels / (257 if depth == 16 else 1)
            how: dict[str, Any] = {"depth": depth, "interlaced": interlaced}
            deep = ("depth:16",) if depth == 16 else ()
            yield Sample(f"rgb {how}", png(pixels[..., :3], colour=2, **how), resized(shades[..., :3]), deep)
            clear = resized(on_white(shades[..., :3], shades[..., 3] / 255))
            yield Sample(f"rgba {how}", png(pixels, colour=6, **how), clear, (*deep, "matte:white"), 0.8, 6)
            grey = resized(on_white(np.repeat(shades[..., :1], 3, axis=-1), shades[..., 3] / 255))
            actions = ("colour:greyscale", *deep, "matte:white")
            yield Sample(f"grey alpha {how}", png(pixels[..., [0, 3]], colour=4, **how), grey, actions, 0.8, 6)


def palettes() -> Iterator[Sample]:
    for bits in (1, 2, 4, 8):
        indices = natural(33, 50, channels=1, seed=bits).astype(int) * (2**bits - 1) // 255
        colours = np.random.default_rng(bits).integers(0, 256, size=(2**bits, 3))
        alphas = np.linspace(0, 255, 2**bits).astype(np.uint8)
        pixels = colours[indices[..., 0]]
        table = chunk(b"PLTE", colours.astype(np.uint8).tobytes())
        clear = chunk(b"tRNS", alphas.tobytes())
        matted = resized(on_white(pixels, alphas[indices[..., 0]] / 255))
        for interlaced in (False, True):
            how: dict[str, Any] = {"depth": bits, "colour": 3, "interlaced": interlaced}
            yield Sample(f"palette {how}", png(indices, extra=table, **how), resized(pixels), ("colour:palette",))
            data = png(indices, extra=table + clear, **how)
            yield Sample(f"palette alpha {how}", data, matted, ("colour:palette", "matte:white"), 2.0, 40)
        if bits != 2:
            data = bmp(indices[..., 0], bits=bits, palette=colours)
            yield Sample(f"bitmap {bits}", data, resized(pixels), ("colour:palette",))


def bitmaps() -> Iterator[Sample]:
    pixels = natural(31, 43)
    for bits in (24, 32):
        for upside_down in (False, True):
            data = bmp(pixels, bits=bits, upside_down=upside_down)
            yield Sample(f"bitmap {bits} {upside_down}", data, resized(pixels))


def jpegs() -> Iterator[Sample]:
    for height, width, draft in ((75, 100, ()), (480, 640, ("draft:1/2",)), (803, 1001, ("draft:1/4",))):
        pixels = natural(height, width, seed=width)
        image = Image.fromarray(pixels)
        for subsampling in (0, 1, 2):
            for progressive in (False, True):
                how = {"subsampling": subsampling, "progressive": progressive, "quality": 95}
                data = saved(image, "JPEG", **how)
                yield Sample(f"jpeg {width} {how}", data, resized(pixels), draft, 2.5, 20)
        data = saved(image, "JPEG", quality=95, restart_marker_blocks=3, optimize=True)
        yield Sample(f"jpeg {width} restarts", data, resized(pixels), draft, 2.5, 20)
        grey = np.repeat(pixels[..., :1], 3, axis=-1)
        data = saved(Image.fromarray(pixels[..., 0]), "JPEG", quality=95)
        yield Sample(f"jpeg {width} grey", data, resized(grey), (*draft, "colour:greyscale"), 1.0, 15)


def printed_jpegs() -> Iterator[Sample]:
    """Pictures in four inks, of which black darkens what the others leave of white paper."""
    for height, width, draft in ((90, 70, ()), (500, 400, ("draft:1/2",))):
        inks = natural(height, width, channels=4, seed=3)
        image = Image.frombytes("CMYK", (width, height), inks.tobytes())
        paper = (255 - inks[..., :3].astype(float)) * (255 - inks[..., 3:].astype(float)) / 255
        actions = (*draft, "colour:cmyk")
        yield Sample(f"cmyk {width}", saved(image, "JPEG", quality=95), resized(paper), actions, 1.5, 20)
        yield Sample(f"ycck {width}", as_ycck(image, quality=95, subsampling=0), resized(paper), actions, 3.0, 30)


def turned() -> Iterator[Sample]:
    pixels = natural(40, 60, seed=9)
    large = natural(400, 600, seed=9)
    for orientation, upright in UPRIGHT.items():
        actions = () if orientation == 1 else (f"exif:{orientation}",)
        expected = resized(upright(pixels))
        data = png(pixels, depth=8, colour=2, extra=chunk(b"eXIf", exif(orientation)))
        yield Sample(f"png turned {orientation}", data, expected, actions, most=8)
        noted = b"Exif\0\0" + exif(orientation)
        data = saved(Image.fromarray(large), "JPEG", quality=95, exif=noted)
        yield Sample(f"jpeg turned {orientation}", data, resized(upright(large)), ("draft:1/2", *actions), 1.5, 20)
        data = saved(Image.fromarray(pixels), "WEBP", lossless=True, exif=noted)
        yield Sample(f"webp turned {orientation}", data, expected, actions, most=8)


def turned_by_boxes() -> Iterator[Sample]:
    """Files whose container says how they are turned: EXIF and XMP beside it say nothing, as HEIF has it."""
    pixels = natural(40, 60, seed=9)
    image = Image.fromarray(pixels)
    for angle, axis in itertools.product((None, 0, 1, 2, 3), (None, 0, 1)):
        turned = np.rot90(pixels, angle or 0)  # against the clock
        turned = turned if axis is None else np.flip(turned, axis)
        orientation = next(number for number, upright in UPRIGHT.items() if np.array_equal(upright(pixels), turned))
        for kind, actions in (("HEIF", ()), ("AVIF", () if orientation == 1 else (f"exif:{orientation}",))):
            data = contained(image, kind, angle=angle, axis=axis, told=6)
            yield Sample(f"{kind} irot {angle} imir {axis}", data, resized(turned), actions, 2.5, 30)
    note = b"<tiff:Orientation>6 </tiff:Orientation>"
    yield Sample("avif with xmp", saved(image, "AVIF", quality=95, xmp=note), resized(pixels), (), 2.5, 30)
    expected = resized(UPRIGHT[6](pixels))  # the encoder writes the box that the note needs
    yield Sample("heic with xmp", saved(image, "HEIF", quality=95, xmp=note), expected, (), 2.5, 30)


def modern() -> Iterator[Sample]:
    pixels = natural(90, 120, channels=4, seed=5)
    pixels[..., 3] = np.linspace(0, 255, 120).astype(np.uint8)
    opaque, clear = Image.fromarray(pixels[..., :3]), Image.fromarray(pixels)
    matted = resized(on_white(pixels[..., :3], pixels[..., 3] / 255))
    for kind, lossless in (("WEBP", {"lossless": True}), ("AVIF", {"quality": 100, "subsampling": "4:4:4"})):
        mean, most = (0.4, 2.0) if kind == "WEBP" else (1.5, 8.0)
        yield Sample(f"{kind} lossless", saved(opaque, kind, **lossless), resized(pixels[..., :3]), (), mean, most)
        data = saved(clear, kind, **({"exact": True} | lossless if kind == "WEBP" else lossless))
        yield Sample(f"{kind} lossless alpha", data, matted, ("matte:white",), mean + 0.6, 8)
        yield Sample(f"{kind} lossy", saved(opaque, kind, quality=95), resized(pixels[..., :3]), (), 2.5, 30)
        yield Sample(f"{kind} lossy alpha", saved(clear, kind, quality=95), matted, ("matte:white",), 2.5, 30)
    data = saved(opaque, "HEIF", quality=95)
    yield Sample("heic", data, resized(pixels[..., :3]), (), 2.5, 30)
    yield Sample("heic alpha", saved(clear, "HEIF", quality=95), matted, ("matte:white",), 2.5, 30)


def animations() -> Iterator[Sample]:
    first, later = natural(50, 64, seed=1), Image.fromarray(natural(50, 64, seed=2))
    image = Image.fromarray(first)
    frames = {"save_all": True, "append_images": [later, later.rotate(90)]}
    yield Sample("apng", saved(image, "PNG", **frames), resized(first), ("frame:1/3",))
    yield Sample("webp film", saved(image, "WEBP", lossless=True, **frames), resized(first), ("frame:1/3",))
    yield Sample("avif film", saved(image, "AVIF", quality=95, **frames), resized(first), ("frame:1/3",), 2.5, 30)
    colours = np.random.default_rng(1).integers(0, 256, size=(16, 3))
    indices = (natural(50, 64, channels=1, seed=4)[..., 0] // 16).astype(np.uint8)
    film = [_indexed(np.roll(indices, shift, axis=0), colours) for shift in (0, 5, 9)]
    expected = resized(colours[indices])
    for disposal in (0, 1, 2, 3):
        data = saved(film[0], "GIF", save_all=True, append_images=film[1:], disposal=disposal)
        yield Sample(f"gif film {disposal}", data, expected, ("frame:1/3", "colour:palette"))
        data = saved(film[0], "GIF", save_all=True, append_images=film[1:], disposal=disposal, transparency=7)
        clear = resized(on_white(colours[indices], (indices != 7).astype(float)))
        actions = ("frame:1/3", "colour:palette", "matte:white")
        yield Sample(f"gif film clear {disposal}", data, clear, actions, 1.5, 40)
    yield Sample("gif interlaced", saved(film[0], "GIF", interlace=1), expected, ("colour:palette",))
    yield _partly_covered(film[0], colours[indices])


def _indexed(indices: Array, colours: Array) -> Image.Image:
    image = Image.fromarray(indices)
    image.putpalette(colours.astype(np.uint8).tobytes())
    return image


def _partly_covered(image: Image.Image, pixels: Array) -> Sample:
    """A GIF whose only frame leaves a part of the canvas free, which shows what is behind the picture."""
    data = bytearray(saved(image, "GIF"))
    data[6:10] = struct.pack("<HH", 100, 80)
    at = data.index(b",", 13 + 3 * 16)
    data[at + 1 : at + 5] = struct.pack("<HH", 20, 10)
    canvas = np.full((80, 100, 3), 255)
    canvas[10:60, 20:84] = pixels
    return Sample("gif partly", bytes(data), resized(canvas), ("colour:palette", "matte:white"), 1.0, 40)


# --- colour profiles

DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
"""X, Y and Z of red, green and blue, seen in the light of profiles."""


def fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65_536)) for value in values)


def parametric(kind: int, *numbers: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + fixed(*numbers)


def sampled(*numbers: int) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(f">I{len(numbers)}H", len(numbers), *numbers)


SRGB_CURVE = parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def profile(primaries: Any, *curves: bytes, kind: bytes = b"RGB XYZ ") -> bytes:
    """An ICC profile of three primaries, with one curve for all or one for each."""
    tags = {b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642, 1, 0.8249), b"cprt": b"text\0\0\0\0none\0"}
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"x\0" + bytes(78)
    for name, values, curve in zip("rgb", primaries, curves * (3 // len(curves)), strict=True):
        tags[f"{name}XYZ".encode()] = b"XYZ \0\0\0\0" + fixed(*values)
        tags[f"{name}TRC".encode()] = curve
    start, table, body = 132 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    light = fixed(0.9642, 1, 0.8249)
    head = struct.pack(">I4sI", start + len(body), bytes(4), 0x02400000) + b"mntr" + kind + bytes(12) + b"acsp"
    return (head + bytes(28) + light).ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def in_srgb(pixels: Array, content: bytes) -> Array:
    """What LittleCMS makes of the colours of a profile, which nothing in the service uses."""
    there, srgb = ImageCms.ImageCmsProfile(io.BytesIO(content)), ImageCms.createProfile("sRGB")
    found = ImageCms.profileToProfile(Image.fromarray(pixels), there, srgb, ImageCms.Intent.RELATIVE_COLORIMETRIC)
    return np.asarray(found)


def profiled() -> Iterator[Sample]:
    """The expected colours are converted at full size, before the resize."""
    pixels = natural(70, 90, seed=8)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name, content in {
        "p3": profile(DISPLAY_P3, SRGB_CURVE),
        "adobe": profile(ADOBE_RGB, sampled(round(2.2 * 256))),
    }.items():
        expected = resized(in_srgb(pixels, content))
        data = saved(Image.fromarray(pixels), "PNG", icc_profile=content)
        yield Sample(f"png {name}", data, expected, ("icc:to-srgb",), 0.7, 12)
        data = saved(Image.fromarray(pixels), "JPEG", quality=95, subsampling=0, icc_profile=content)
        yield Sample(f"jpeg {name}", data, expected, ("icc:to-srgb",), 2.2, 20)
    data = saved(Image.fromarray(pixels), "PNG", icc_profile=srgb)
    yield Sample("png with a profile", data, resized(pixels))
    data = saved(Image.fromarray(pixels), "JPEG", quality=95, subsampling=0, icc_profile=srgb)
    yield Sample("jpeg with a profile", data, resized(pixels), (), 1.5, 20)
    data = saved(Image.fromarray(pixels), "JPEG", quality=95, subsampling=0, icc_profile=b"no profile at all" * 9)
    yield Sample("jpeg with a broken profile", data, resized(pixels), ("icc:ignored",), 1.5, 20)
    grey = natural(70, 90, channels=1, seed=8)
    data = saved(Image.fromarray(grey[..., 0]), "PNG", icc_profile=srgb)
    yield Sample("png grey with a profile", data, resized(grey), ("colour:greyscale", "icc:ignored"))


GROUPS: dict[str, Callable[[], Iterator[Sample]]] = {
    "sizes": sizes,
    "grey": grey_pngs,
    "colour": colour_pngs,
    "palettes": palettes,
    "bitmaps": bitmaps,
    "jpegs": jpegs,
    "printed": printed_jpegs,
    "turned": turned,
    "boxes": turned_by_boxes,
    "modern": modern,
    "animations": animations,
    "profiles": profiled,
}


# --- damage


def mutated(seed: int) -> bytes:
    """A picture of the corpus with one to four faults, always the same for the same seed."""
    random = np.random.default_rng(seed)
    small = [sample.data for sample in corpus() if len(sample.data) < 60_000]
    data = bytearray(small[random.integers(len(small))])
    for _ in range(random.integers(1, 5)):
        fault = _FAULTS[random.integers(len(_FAULTS))]
        fault(data, int(random.integers(max(1, min(len(data), 200) if random.random() < 0.5 else len(data)))), random)
    return bytes(data)


def _change(data: bytearray, at: int, random: np.random.Generator) -> None:
    data[at : at + 1] = random.bytes(1)


def _flip(data: bytearray, at: int, random: np.random.Generator) -> None:
    data[at : at + 1] = bytes(value ^ 1 << int(random.integers(8)) for value in data[at : at + 1])


def _number(data: bytearray, at: int, random: np.random.Generator) -> None:
    number = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)[random.integers(8)]
    width = int(random.choice([2, 4]))
    order = "little" if random.random() < 0.5 else "big"
    data[at : at + width] = (number & (2 ** (8 * width) - 1)).to_bytes(width, order)


def _remove(data: bytearray, at: int, random: np.random.Generator) -> None:
    del data[at : at + int(random.integers(1, 64))]


def _repeat(data: bytearray, at: int, random: np.random.Generator) -> None:
    data[at:at] = data[at : at + int(random.integers(1, 64))] * int(random.integers(1, 64))


def _cut(data: bytearray, at: int, random: np.random.Generator) -> None:
    del data[max(8, at) :]


def _fill(data: bytearray, at: int, random: np.random.Generator) -> None:
    length = int(random.integers(1, 512))
    data[at : at + length] = random.bytes(1) * length


_FAULTS = (_change, _change, _flip, _flip, _number, _number, _remove, _repeat, _cut, _fill)
