"""From the many ways to store a pixel to grey, RGB or RGBA of 8 bits, as a person would see it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.errors import UnsupportedImageFormat

Pixels = NDArray[np.uint8]

DEEPEST = 65535  # of 16 bits


def visible(image: Image.Image, data: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    """Return the loaded picture in mode L, RGB or RGBA, and from what it came.

    Raises UnsupportedImageFormat for pixels that are no shades of a colour.
    """
    if image.mode in _DIRECT:
        return _with_key_as_alpha(image, data), (*_DIRECT[image.mode], *_of_sixteen_bits(image, data))
    if image.mode in ("P", "PA"):
        clear = image.mode == "PA" or "transparency" in image.info
        return image.convert("RGBA" if clear else "RGB"), ("colour:palette",)
    if image.mode in _CONVERTED:
        mode, *actions = _CONVERTED[image.mode]
        return image.convert(mode), tuple(actions)
    if image.mode in _SCALED or image.mode.startswith("I;16"):
        return _scaled(image)
    raise UnsupportedImageFormat(f"the picture has pixels of mode {image.mode!r}, which are not read")


def in_mode(mode: str, image: Image.Image) -> Image.Image:
    """Return the picture in a mode; the same one if it has it, where Pillow's `convert` makes a copy."""
    return image if image.mode == mode else image.convert(mode)


_DIRECT: dict[str, tuple[str, ...]] = {
    "RGB": (),
    "RGBA": (),
    "1": ("colour:greyscale",),
    "L": ("colour:greyscale",),
    "LA": ("colour:greyscale",),
}

_CONVERTED: dict[str, tuple[str, ...]] = {
    "CMYK": ("RGB", "colour:cmyk"),
    "YCbCr": ("RGB",),
    "RGBX": ("RGB",),
    "RGBa": ("RGBA",),
}

_SCALED = {"I": (DEEPEST, "depth:16"), "F": (1, "depth:float")}
"""The value that is white, and what is told of it. Integers of 32 bits are how some formats give 16."""


def _of_sixteen_bits(image: Image.Image, data: bytes) -> tuple[str, ...]:
    """Pillow gives a PNG of 16 bits a channel in 8, and its grey with alpha as colours; the header has what it was."""
    if image.format != "PNG" or data[24] != 16:
        return ()
    return ("colour:greyscale", "depth:16") if data[25] == 4 else ("depth:16",)


def _with_key_as_alpha(image: Image.Image, data: bytes) -> Image.Image:
    """Turn the one colour that a PNG without alpha declares transparent into alpha."""
    key = image.info.get("transparency")
    if key is None or image.mode not in ("1", "L", "RGB"):
        return in_mode({"1": "L", "LA": "RGBA"}.get(image.mode, image.mode), image)
    if image.format == "PNG":
        image.info["transparency"] = _key_in_eight_bits(key, mode=image.mode, depth=data[24])
    return image.convert("RGBA")


def _key_in_eight_bits(key: Any, *, mode: str, depth: int) -> int | tuple[int, ...]:
    """Pillow gives the pixels in 8 bits, but the transparent colour as the file has it, in `depth` bits."""
    if mode == "RGB":
        return tuple(value >> (depth - 8) for value in key)
    return int(key) * (255 // (2**depth - 1)) if depth in (2, 4) else int(key)


def _scaled(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Scale deeper grey to 8 bits; Pillow's own conversion would clip at 255."""
    white, depth = _SCALED.get(image.mode, (DEEPEST, "depth:16"))
    values = np.asarray(image)
    if values.dtype.kind != "u":
        _check_range(values, white=white)
    eight = _rounded_to_eight_bits(values) if white == DEEPEST else np.rint(values * 255).astype(np.uint8)
    grey, actions = Image.fromarray(eight), ("colour:greyscale", depth)
    if (key := image.info.get("transparency")) is None:
        return grey, actions
    alpha = Image.fromarray(np.where(values == int(key), 0, 255).astype(np.uint8))
    return Image.merge("RGBA", (grey, grey, grey, alpha)), actions


def _check_range(values: NDArray[Any], *, white: int) -> None:
    low, high = float(values.min()), float(values.max())
    if not 0 <= low <= high <= white:
        raise UnsupportedImageFormat(
            f"the picture has shades from {low:g} to {high:g}; 0 must be black and {white} white"
        )


def _rounded_to_eight_bits(values: NDArray[Any]) -> Pixels:
    """The nearest integer to value / 257, in whole numbers and in place, for a picture may be large."""
    wide = values.astype(np.uint32)
    wide *= 255
    wide += 32895
    wide >>= 16
    return wide.astype(np.uint8)
