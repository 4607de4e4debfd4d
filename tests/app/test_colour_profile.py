"""Colours of embedded profiles, against LittleCMS, which nothing in the service uses."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageCms

from app.colour_profile import LARGEST_PROFILE, to_srgb
from tests.app.image_corpus import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB_CURVE,
    fixed,
    in_srgb,
    natural,
    parametric,
    profile,
    sampled,
)

PIXELS = np.concatenate([natural(64, 64, seed=5), np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)])
SRGB_PRIMARIES = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
CURVES = {
    "line": sampled(),
    "exponent": sampled(round(1.8 * 256)),
    "table": sampled(*(np.linspace(0, 1, 400) ** 2.2 * 65_535).round().astype(int)),
    "formula 0": parametric(0, 2.2),
    "formula 1": parametric(1, 2.2, 1 / 1.1, 0.1 / 1.1),
    "formula 2": parametric(2, 2.2, 0.9, 0.09, 0.02),
    "formula 3": SRGB_CURVE,
    "formula 4": parametric(4, 2.4, 0.9, 0.09, 0.2, 0.05, 0.01, 0.005),
}


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("primaries", [DISPLAY_P3, ADOBE_RGB], ids=["p3", "adobe"])
def test_colours_are_those_that_a_colour_engine_finds(primaries, curve):
    content = profile(primaries, CURVES[curve])
    found, actions = to_srgb(PIXELS, content)
    assert actions == ("icc:to-srgb",)
    off = np.abs(found.astype(int) - in_srgb(PIXELS, content))
    assert off.mean() < 0.05
    assert off.max() <= 6  # LittleCMS reckons with 14 bits, which shows in the dark
    assert np.abs(found.astype(int) - PIXELS).mean() > 0.5


def test_each_colour_has_a_curve_of_its_own():
    content = profile(DISPLAY_P3, sampled(round(1.8 * 256)), SRGB_CURVE, sampled(round(2.4 * 256)))
    found, _ = to_srgb(PIXELS, content)
    assert np.abs(found.astype(int) - in_srgb(PIXELS, content)).mean() < 0.1


def test_white_black_and_grey_stay():
    grey = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(16, 16, 3)
    found, _ = to_srgb(grey, profile(DISPLAY_P3, SRGB_CURVE))
    assert np.abs(found.astype(int) - grey).max() <= 1
    assert (found[0, 0].tolist(), found[-1, -1].tolist()) == ([0, 0, 0], [255, 255, 255])


def test_what_is_srgb_in_other_words_stays_as_it_is():
    ours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    finely = np.linspace(0, 1, 1024)
    table = np.where(finely < 0.04045, finely / 12.92, ((finely + 0.055) / 1.055) ** 2.4)
    others = [
        profile(SRGB_PRIMARIES, SRGB_CURVE),
        profile(SRGB_PRIMARIES, sampled(*(table * 65_535).round().astype(int))),
    ]
    for content in (ours, *others):
        found, actions = to_srgb(PIXELS, content)
        assert found is PIXELS
        assert actions == ()


P3 = profile(DISPLAY_P3, SRGB_CURVE)


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"no profile at all" * 20,
        P3[:200],
        P3 + bytes(LARGEST_PROFILE),
        P3[:128] + struct.pack(">I", 2**32 - 1) + P3[132:],
        profile(DISPLAY_P3, SRGB_CURVE, kind=b"CMYKLab "),
        profile(DISPLAY_P3, parametric(5, 1)),
        profile(DISPLAY_P3, parametric(0, -2)),
        profile(DISPLAY_P3, parametric(1, 2, 0, 1)),
        profile(DISPLAY_P3, b"curv" + bytes(4) + struct.pack(">I", 2**32 - 1) + fixed(1)),
        P3.replace(b"rTRC", b"xTRC"),
        profile(((0.0, 0.0, 0.0),) * 3, SRGB_CURVE),
        profile((DISPLAY_P3[0],) * 3, SRGB_CURVE),
    ],
)
def test_another_profile_is_ignored(content):
    found, actions = to_srgb(PIXELS, content)
    assert found is PIXELS
    assert actions == ("icc:ignored",)


@given(
    at=st.lists(st.integers(0, len(P3) - 1), min_size=1, max_size=8),
    values=st.lists(st.integers(0, 255), min_size=8, max_size=8),
    cut=st.integers(0, len(P3)),
)
def test_a_damaged_profile_does_no_harm(at, values, cut):
    damaged = bytearray(P3)
    for place, value in zip(at, values, strict=False):
        damaged[place] = value
    for content in (bytes(damaged), bytes(damaged[:cut])):
        found, actions = to_srgb(PIXELS, content)
        assert (found.shape, found.dtype, len(actions) <= 1) == (PIXELS.shape, np.uint8, True)
