"""From the colours of an embedded profile (ICC) to sRGB: of profiles with primaries and curves, as photos have them.

Read here in a few bounded steps and not by a colour engine: the bytes are a stranger's, and pixels must not depend on
the engine's version. Profiles of tables, which printers and scanners have, are not read.
"""

import functools
import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

LARGEST_PROFILE = 65_536  # bytes; those of photos have 500 to 4,000
MOST_TAGS = 100
CONVERTED, IGNORED = "icc:to-srgb", "icc:ignored"

_SHADES = np.arange(256) / 255
_FINEST = 16_384  # shades of light from which the nearest of sRGB's 256 is looked up
_SRGB_PRIMARIES = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
"""X, Y and Z of red, green and blue (columns), seen in the light of profiles, D50 (IEC 61966-2-1, Bradford)."""
_LEAST_VOLUME = 1e-3
"""Of the colours between the primaries: those of sRGB have 0.16, and none at all would make a picture black or grey."""
_SAME = 1  # of 255: what differs by no more anywhere is a way to write sRGB


class _NotRead(Exception):
    """A profile that is broken or of another kind."""


def to_srgb(pixels: Pixels, profile: bytes) -> tuple[Pixels, tuple[str, ...]]:
    """Return pixels of shape (height, width, 3) in sRGB, and what was done: nothing where the profile is not read."""
    if len(profile) > LARGEST_PROFILE:
        return pixels, (IGNORED,)
    try:
        conversion = _conversion(profile)
    except _NotRead:
        return pixels, (IGNORED,)
    return (pixels, ()) if conversion is None else (conversion(pixels), (CONVERTED,))


@functools.lru_cache(maxsize=32)
def _conversion(profile: bytes) -> Callable[[Pixels], Pixels] | None:
    """Return what makes sRGB of a profile's colours, None if they are sRGB; raises _NotRead."""
    tags = _tags(profile)
    primaries = np.stack([_xyz(tags, f"{colour}XYZ") for colour in "rgb"], axis=1)
    if abs(np.linalg.det(primaries)) < _LEAST_VOLUME:
        raise _NotRead
    curves = np.stack([_curve(tags, f"{colour}TRC") for colour in "rgb"])
    matrix = np.linalg.solve(_SRGB_PRIMARIES, primaries)
    conversion = functools.partial(_converted, curves=curves, matrix=matrix)
    probe = np.stack(np.meshgrid(*[np.arange(0, 256, 51)] * 3), axis=-1).reshape(-1, 1, 3).astype(np.uint8)
    off = np.abs(conversion(probe).astype(int) - probe).max()
    return None if off <= _SAME else conversion


def _converted(pixels: Pixels, *, curves: Floats, matrix: Floats) -> Pixels:
    """Curves to light, primaries to those of sRGB, light to shades; summed in one order, so that the bits are too."""
    light = [curves[channel][pixels[..., channel]] for channel in range(3)]
    mixed = [row[0] * light[0] + row[1] * light[1] + row[2] * light[2] for row in matrix]
    finest = np.rint(np.clip(np.stack(mixed, axis=-1), 0, 1) * (_FINEST - 1)).astype(np.intp)
    shades: Pixels = _shades_of_light()[finest]
    return shades


@functools.cache
def _shades_of_light() -> Pixels:
    light = np.arange(_FINEST) / (_FINEST - 1)
    shades = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    nearest: Pixels = np.rint(255 * shades).astype(np.uint8)
    return nearest


def _tags(profile: bytes) -> dict[str, bytes]:
    """Return the tags of a profile from RGB to XYZ, as bytes."""
    if len(profile) < 132 or profile[36:40] != b"acsp" or profile[16:24] != b"RGB XYZ ":
        raise _NotRead
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > MOST_TAGS or len(profile) < 132 + 12 * count:
        raise _NotRead
    places = [struct.unpack_from(">4sII", profile, 132 + 12 * number) for number in range(count)]
    return {name.decode("latin-1"): profile[start : start + size] for name, start, size in places}


def _xyz(tags: dict[str, bytes], name: str) -> Floats:
    tag = tags.get(name, b"")
    if tag[:4] != b"XYZ " or len(tag) < 20:
        raise _NotRead
    return _fixed(tag[8:20])


def _curve(tags: dict[str, bytes], name: str) -> Floats:
    """Return the light of each of 256 shades, between 0 and 1."""
    tag = tags.get(name, b"")
    read = {b"curv": _sampled, b"para": _parametric}.get(tag[:4])
    if read is None or len(tag) < 12:
        raise _NotRead
    with np.errstate(all="ignore"):
        light = read(tag)
    if not np.isfinite(light).all():
        raise _NotRead
    clipped: Floats = np.clip(light, 0, 1)
    return clipped


def _sampled(tag: bytes) -> Floats:
    """No number is a straight line, one is an exponent, more are the curve at even steps."""
    (count,) = struct.unpack_from(">I", tag, 8)
    numbers = np.frombuffer(tag[12 : 12 + 2 * min(count, LARGEST_PROFILE)], dtype=">u2").astype(float)
    if len(numbers) != count:
        raise _NotRead
    if count == 0:
        return _SHADES
    if count == 1:
        return np.asarray(_SHADES ** (numbers[0] / 256))
    return np.interp(_SHADES, np.linspace(0, 1, count), numbers / 65_535)


def _parametric(tag: bytes) -> Floats:
    """One of the five formulas (ICC.1:2022, 10.18): a power in its upper part, a straight line in its lower one."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    names = {0: "g", 1: "gab", 2: "gabc", 3: "gabcd", 4: "gabcdef"}.get(kind)
    if names is None or len(tag) < 12 + 4 * len(names):
        raise _NotRead
    p = {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0, "e": 0.0, "f": 0.0}
    p |= dict(zip(names, _fixed(tag[12 : 12 + 4 * len(names)]).tolist(), strict=True))
    if kind in (1, 2):  # Y = (aX + b)^g + c from X = -b/a on, and c below
        if p["a"] == 0:
            raise _NotRead
        p |= {"d": -p["b"] / p["a"], "e": p["c"], "f": p["c"], "c": 0.0}
    power = np.maximum(p["a"] * _SHADES + p["b"], 0) ** p["g"] + p["e"]
    straight: Floats = p["c"] * _SHADES + p["f"]
    return np.where(p["d"] <= _SHADES, power, straight)


def _fixed(data: bytes) -> Floats:
    """Numbers of 16 bits before and 16 behind the point."""
    return np.asarray(np.frombuffer(data, dtype=">i4") / 65_536)
