import zipfile
from itertools import pairwise

import numpy as np
import pytest

from app.archive_layout import LabelledPath
from app.archives import Limits, open_archive
from app.errors import InvalidArchive, NotAnImage
from app.images import read_image, to_png
from app.services.decoded_pictures import decoded_pictures
from app.services.decoder import quick_decode

SIDES = (64, 700, 64, 900, 800, 64, 64, 64, 750, 64, 64, 640)


@pytest.fixture
def contents():
    """Pictures small and large, and one that is none, by their paths."""
    random = np.random.default_rng(0)
    found = {
        f"{number:02}.png": to_png(random.integers(0, 256, (side, side, 3), dtype=np.uint8))
        for number, side in enumerate(SIDES)
    }
    return found | {"99.png": b"no picture"}


@pytest.fixture
def path(tmp_path, contents):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return tmp_path / "x.zip"


def decoded(path, names, settings):
    pictures = [LabelledPath(name, "train", "a") for name in names]
    limits = Limits(entries=100, bytes=2**30, file_bytes=2**24)
    with open_archive(path, limits=limits) as archive:
        return list(decoded_pictures(archive, pictures, settings=settings))


def test_all_come_in_their_order_with_the_pixels_of_each_alone(path, contents, settings):
    quick = [
        quick_decode(content, max_pixels=settings.max_pixels, formats=settings.formats) is not None
        for content in contents.values()
    ]
    assert {(True, False), (False, True)} <= set(pairwise(quick))
    found = decoded(path, contents, settings)
    assert [picture.path for picture, _ in found] == list(contents)
    for picture, pixels in found[:-1]:
        expected = read_image(contents[picture.path], max_pixels=settings.max_pixels).pixels
        np.testing.assert_array_equal(pixels, expected)
    assert isinstance(found[-1][1], NotAnImage)


def test_a_damaged_archive_is_refused(path, contents, settings):
    data = path.read_bytes()
    at = data.index(contents["03.png"])
    path.write_bytes(data[: at + 50] + b"damaged" + data[at + 57 :])
    with pytest.raises(InvalidArchive, match="damaged"):
        decoded(path, contents, settings)
