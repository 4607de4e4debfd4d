"""Whether a change of a decoder, a filter or the matte is noticed, and a stranger's description is survived."""

import base64
import copy
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app import images, pipeline
from app.golden_pictures import GOLDEN_PICTURES, LOSSY
from app.images import PIPELINE, read_image
from app.pipeline import compare, description


@pytest.fixture
def described() -> dict[str, Any]:
    """A description, as it comes out of a parameter file."""
    return json.loads(json.dumps(description()))


def changed(described: dict[str, Any], name: str, *, by: int) -> dict[str, Any]:
    """A description whose golden picture has other pixels, brighter or darker by some of 255."""
    other = copy.deepcopy(described)
    golden = other["golden_pictures"][name]
    sample = np.frombuffer(base64.b64decode(golden["sample"]), dtype=np.uint8).astype(int)
    sample = np.where(sample < 128, sample + by, sample - by).astype(np.uint8)
    golden |= {"sample": base64.b64encode(sample.tobytes()).decode(), "sha256": "0" * 64}
    return other


def test_the_way_here_is_the_way_here(described: dict[str, Any]) -> None:
    found = compare(described)
    assert (found.refused, found.tolerated) == ([], [])


def test_the_golden_pictures_are_small_and_show_every_step(described: dict[str, Any]) -> None:
    actions = {action for data in GOLDEN_PICTURES.values() for action in read_image(data, max_pixels=1_000_000).actions}
    told = {"colour:palette", "colour:cmyk", "depth:16", "matte:white", "exif:6", "draft:1/2", "icc:to-srgb"}
    assert told <= actions
    assert max(len(data) for data in GOLDEN_PICTURES.values()) < 4000
    assert set(GOLDEN_PICTURES) > LOSSY
    assert len(json.dumps(described)) < 60_000  # HDF5 takes attributes of up to 64 KiB


def test_a_file_without_golden_pictures_is_judged_by_its_words() -> None:
    assert compare(PIPELINE).refused == []
    assert compare(PIPELINE | {"matte": "black"}).refused == ["matte is 'black', here 'white'"]
    assert compare({}).refused[0] == f"colour is None, here {PIPELINE['colour']!r}"


@pytest.mark.parametrize("name", sorted(set(GOLDEN_PICTURES) - LOSSY))
def test_other_pixels_of_an_exact_picture_are_refused(described: dict[str, Any], name: str) -> None:
    found = compare(changed(described, name, by=1))
    assert found.refused == [f"the golden picture {name!r} comes out otherwise here, by 1.00 of 255 on average"]
    assert found.tolerated == []


@pytest.mark.parametrize("name", sorted(LOSSY))
def test_a_lossy_picture_may_be_off_by_one(described: dict[str, Any], name: str) -> None:
    near, far = compare(changed(described, name, by=1)), compare(changed(described, name, by=2))
    told = f"the golden picture {name!r} comes out otherwise here, by {{}} of 255 on average"
    assert (near.refused, near.tolerated) == ([], [told.format("1.00")])
    assert (far.refused, far.tolerated) == ([told.format("2.00")], [])


def test_the_libraries_are_named_where_something_differs(described: dict[str, Any]) -> None:
    described["libraries"]["pillow"] = "1.0"
    assert compare(described).refused == []
    refused = compare(changed(described, "png", by=3)).refused
    assert "'pillow': '1.0'" in refused[-1]


def other_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    def lanczos(image: Image.Image, *, box: images.Box | None = None) -> Image.Image:
        return image.resize((64, 64), Image.Resampling.LANCZOS, box=box, reducing_gap=images.REDUCING_GAP)

    monkeypatch.setattr(images, "_resized", lanczos)


def other_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "REDUCING_GAP", 2.0)


def other_matte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_on_white", lambda image: (image.convert("RGB"), ()))


def other_orientation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(images._UPRIGHT, 6, Image.Transpose.ROTATE_90)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (other_filter, {"png", "png-large", "png-alpha", "png-16-bits", "webp-lossless"}),
        (other_gap, {"png-large"}),
        (other_matte, {"png-alpha", "gif"}),
        (other_orientation, {"png-turned"}),
    ],
)
def test_a_change_of_the_way_is_noticed(
    monkeypatch: pytest.MonkeyPatch, described: dict[str, Any], change: Any, names: set[str]
) -> None:
    change(monkeypatch)
    pipeline._pixels.cache_clear()
    refused = compare(described).refused
    pipeline._pixels.cache_clear()
    assert names <= {name for name in GOLDEN_PICTURES for told in refused if f"{name!r}" in told}


@pytest.mark.parametrize(
    "golden",
    [
        [],
        "text",
        {str(number): {} for number in range(65)},
        {"a": None},
        {"a": {}},
        {"a": {"file": "!", "sha256": "", "sample": ""}},
        {"a": {"file": base64.b64encode(b"GIF89a").decode(), "sha256": "", "sample": ""}},
        {"a": {"file": base64.b64encode(GOLDEN_PICTURES["png"]).decode(), "sha256": 5, "sample": "AAAA"}},
        {"a": {"file": 7, "sha256": "", "sample": ""}},
    ],
)
def test_golden_pictures_that_are_none_are_refused(golden: object) -> None:
    assert len(compare(PIPELINE | {"golden_pictures": golden}).refused) >= 1
