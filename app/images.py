"""One way from the bytes of a picture to pixels, for the import of a dataset and for a prediction alike."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from app.errors import TooManyPixels, TruncatedImage, UnsupportedImageFormat
from app.image_formats import declared_size, image_format

Pixels = NDArray[np.uint8]

SIDE = 64
IMAGE_SHAPE = (SIDE, SIDE, 3)
REDUCING_GAP = 3.0  # the box filter goes first, down to three times the size that the bicubic filter then makes

PIPELINE: dict[str, Any] = {
    "version": 1,
    "shape": list(IMAGE_SHAPE),
    "frame": "first",
    "orientation": "exif",
    "matte": "white",
    "depth": "scaled to 8 bits",
    "colour": "RGB; an embedded colour profile is not applied",
    "resize": {"filter": "bicubic, antialiased", "aspect": "stretched", "reducing_gap": REDUCING_GAP},
    "jpeg_draft": f"at least {REDUCING_GAP:g} times the final size",
}
"""How a picture becomes pixels; it stands in every parameter file, and a model made in another way is refused."""

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the network sees it, and what was done to the file on the way."""

    pixels: Pixels
    actions: tuple[str, ...]


def read_image(data: bytes, *, max_pixels: int) -> Picture:
    """Turn the bytes of a picture into pixels of shape (64, 64, 3), as a person would see it.

    Raises EmptyFile, NotAnImage, UnsupportedImageFormat, TooManyPixels or TruncatedImage.
    """
    found = image_format(data)
    if declared := declared_size(data, kind=found):
        _refuse_too_many_pixels(declared, max_pixels=max_pixels)
    try:
        with Image.open(BytesIO(data), formats=[found]) as image:
            _refuse_too_many_pixels(image.size, max_pixels=max_pixels)
            return _picture(image, data)
    except (TooManyPixels, UnsupportedImageFormat):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(f"the {found} picture is too large to be decoded: {error}") from error
    except Exception as error:  # noqa: BLE001 - hostile bytes make Pillow raise nearly anything
        _raise_truncated(found, error)


def resize(pixels: Pixels) -> Pixels:
    """Resize pixels of shape (height, width, 3) to (64, 64, 3), as every picture is resized."""
    return np.asarray(_resized(Image.fromarray(pixels)))


def to_png(pixels: Pixels) -> bytes:
    """Return a PNG file of pixels of shape (height, width, 3), or with alpha (height, width, 4)."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def _refuse_too_many_pixels(size: tuple[int, int], *, max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise TooManyPixels(
            f"the picture has {width} x {height} = {width * height} pixels; at most {max_pixels} are decoded"
        )


def _raise_truncated(found: str, error: Exception) -> NoReturn:
    reason = str(error) or type(error).__name__
    raise TruncatedImage(
        f"the file begins as a {found} picture but ends too early or is damaged ({reason}); send the whole file"
    ) from error


def _picture(image: ImageFile.ImageFile, data: bytes) -> Picture:
    """Decode, see, shrink, put on white and upright, in this order: what comes late works on few pixels."""
    actions = _first_frame(image)
    if not isinstance(image.info.get("transparency"), int | bytes | tuple):
        image.info.pop("transparency", None)  # a text in the file, of that name
    image.draft(None, (int(SIDE * REDUCING_GAP), int(SIDE * REDUCING_GAP)))
    image.load()
    visible, seen = _visible(image, data)
    on_white, matted = _on_white(_resized(visible))
    upright, turned = _upright(on_white, orientation=_orientation(image))
    return Picture(pixels=np.asarray(upright), actions=(*actions, *seen, *matted, *turned))


def _first_frame(image: ImageFile.ImageFile) -> tuple[str, ...]:
    animated = image.format != "MPO" and getattr(image, "is_animated", False)
    return ("frame:first",) if animated else ()


def _visible(image: Image.Image, data: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    """The picture in mode L, RGB or RGBA, and from what it came.

    Raises UnsupportedImageFormat for pixels that are no shades of a colour, such as floats.
    """
    if image.mode in ("RGB", "RGBA"):
        return _with_key_as_alpha(image, data), ()
    if image.mode in ("1", "L", "LA"):
        return _with_key_as_alpha(image, data), ("colour:greyscale",)
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB"), ("colour:palette",)
    if image.mode == "CMYK":
        return image.convert("RGB"), ("colour:cmyk",)
    if image.mode == "I;16":
        return _eight_bits(image), ("colour:greyscale", "depth:16")
    raise UnsupportedImageFormat(f"the picture has pixels of mode {image.mode!r}; integers of 8 or 16 bits are read")


def _with_key_as_alpha(image: Image.Image, data: bytes) -> Image.Image:
    """Turn the one colour that a PNG without alpha declares transparent into alpha."""
    key = image.info.get("transparency")
    if key is None or image.mode not in ("1", "L", "RGB"):
        return image.convert({"1": "L", "LA": "RGBA"}.get(image.mode, image.mode))
    image.info["transparency"] = _key_in_eight_bits(key, mode=image.mode, depth=data[24])
    return image.convert("RGBA")


def _key_in_eight_bits(key: Any, *, mode: str, depth: int) -> int | tuple[int, ...]:
    """Pillow gives the pixels in 8 bits, but the transparent colour as the file has it, in `depth` bits."""
    if mode == "RGB":
        return tuple(value >> (depth - 8) for value in key)
    return int(key) * (255 // (2**depth - 1)) if depth in (2, 4) else int(key)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey to 8 bits; Pillow's own conversion would clip at 255."""
    values = np.asarray(image, dtype=np.uint16)
    grey = Image.fromarray(_rounded_to_eight_bits(values))
    if (key := image.info.get("transparency")) is None:
        return grey
    alpha = Image.fromarray(np.where(values == int(key), 0, 255).astype(np.uint8))
    return Image.merge("RGBA", (grey, grey, grey, alpha))


def _rounded_to_eight_bits(values: NDArray[np.uint16]) -> Pixels:
    """The nearest integer to value / 257, in whole numbers and in place, for a picture may be large."""
    wide = values.astype(np.uint32)
    wide *= 255
    wide += 32895
    wide >>= 16
    return wide.astype(np.uint8)


def _resized(image: Image.Image) -> Image.Image:
    """Shrink or enlarge to 64 x 64; Pillow weighs colours by their alpha, so nothing bleeds out of the invisible."""
    return image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, reducing_gap=REDUCING_GAP)


def _on_white(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    if image.mode != "RGBA":
        return image.convert("RGB"), ()
    opaque = image.getchannel("A").getextrema() == (255, 255)
    white = Image.new("RGBA", image.size, "white")
    matted = Image.alpha_composite(white, image).convert("RGB")
    return matted, () if opaque else ("matte:white",)


def _orientation(image: Image.Image) -> int:
    """The orientation that the EXIF data tells, 1 where they are broken or say nothing we know."""
    try:
        told = image.getexif().get(_ORIENTATION_TAG)
    except Exception:  # noqa: BLE001 - a whole picture is not refused for a broken note beside it
        return 1
    return told if told in _UPRIGHT else 1


def _upright(image: Image.Image, *, orientation: int) -> tuple[Image.Image, tuple[str, ...]]:
    if orientation == 1:
        return image, ()
    return image.transpose(_UPRIGHT[orientation]), (f"exif:{orientation}",)
