"""What a parameter file says of the way from bytes to pixels, and whether that is the way here.

A description in words cannot tell that a decoder or a filter has changed below it. So the file also carries golden
pictures: small files, each with what became of it when the network was trained.
"""

import base64
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import PIL
from PIL import features

from app.golden_pictures import GOLDEN_PICTURES, LOSSY
from app.images import PIPELINE, Pixels, read_image

GOLDEN = "golden_pictures"
LIBRARIES = "libraries"
_NOT_COMPARED = {GOLDEN, LIBRARIES, "normalization"}  # the last is the network's

SAMPLED = 4  # every fourth row and column
TOLERATED = 1.0  # of 255, on average: the noise of a lossy format
_MOST_GOLDEN = 64
_LARGEST_GOLDEN = 65_536  # bytes
_MAX_GOLDEN_PIXELS = 1_000_000


@dataclass
class Comparison:
    """How a parameter file's way from bytes to pixels differs from the one here, in words."""

    refused: list[str] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=list)


def description() -> dict[str, Any]:
    """Describe the way here, with the golden pictures and what became of them."""
    golden = {name: _golden(data) for name, data in GOLDEN_PICTURES.items()}
    return PIPELINE | {LIBRARIES: libraries(), GOLDEN: golden}


def libraries() -> dict[str, str | None]:
    """Name the versions of what decodes and resizes here."""
    decoders = {name: features.version(name) for name in ("libjpeg_turbo", "webp")}
    return {"pillow": PIL.__version__, **decoders}


def compare(preprocessing: Mapping[str, Any]) -> Comparison:
    """Hold what a parameter file says against the way here; one without golden pictures is judged by its words."""
    found = Comparison()
    names = sorted((set(PIPELINE) | set(preprocessing)) - _NOT_COMPARED)
    for name in names:
        if preprocessing.get(name) != PIPELINE.get(name):
            found.refused.append(f"{name} is {preprocessing.get(name)!r}, here {PIPELINE.get(name)!r}")
    _compare_golden_pictures(preprocessing.get(GOLDEN, {}), found)
    if found.refused and preprocessing.get(LIBRARIES, libraries()) != libraries():
        found.refused.append(f"the file was made with {preprocessing[LIBRARIES]}, here is {libraries()}")
    return found


def _compare_golden_pictures(golden: Any, found: Comparison) -> None:
    if not isinstance(golden, dict) or len(golden) > _MOST_GOLDEN:
        found.refused.append(f"{GOLDEN} must be at most {_MOST_GOLDEN} names with pictures")
        return
    for name, picture in golden.items():
        _compare_golden(name, picture, found)


def _compare_golden(name: str, picture: Any, found: Comparison) -> None:
    try:
        data, sample = (base64.b64decode(picture[part], validate=True) for part in ("file", "sample"))
        there = np.frombuffer(sample, dtype=np.uint8)
        here = _pixels(data[:_LARGEST_GOLDEN])
        off = np.abs(_sample(here).astype(float) - there).mean()
        same = picture["sha256"] == _digest(here)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's file holds there
        found.refused.append(f"the golden picture {name!r} cannot be read: {error or type(error).__name__}")
        return
    if not same:
        told = f"the golden picture {name!r} comes out otherwise here, by {off:.2f} of 255 on average"
        (found.tolerated if name in LOSSY and off <= TOLERATED else found.refused).append(told)


def _golden(data: bytes) -> dict[str, str]:
    pixels = _pixels(data)
    return {
        "file": base64.b64encode(data).decode(),
        "sha256": _digest(pixels),
        "sample": base64.b64encode(_sample(pixels).tobytes()).decode(),
    }


@functools.lru_cache(maxsize=64)
def _pixels(data: bytes) -> Pixels:
    """Read a golden picture, once in a process."""
    return read_image(data, max_pixels=_MAX_GOLDEN_PIXELS).pixels


def _sample(pixels: Pixels) -> Pixels:
    return pixels[::SAMPLED, ::SAMPLED].ravel()


def _digest(pixels: Pixels) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()
