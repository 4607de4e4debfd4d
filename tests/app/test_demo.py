import zipfile
from pathlib import Path

import pytest
from PIL import Image

from app.client import ClientError
from app.demo import own_service, write_pictures


def test_the_same_pictures_every_time(pictures: tuple[Path, Path], tmp_path: Path):
    again = write_pictures(tmp_path)

    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in pictures]


def test_classes_splits_and_sizes(pictures: tuple[Path, Path]):
    with zipfile.ZipFile(pictures[0]) as archive:
        folders = {name.rpartition("/")[0] for name in archive.namelist()}
        sizes = {Image.open(archive.open(name)).size for name in archive.namelist()}
        contents = [archive.read(name) for name in archive.namelist()]

    assert folders == {"train/ring", "train/star", "test/ring", "test/star"}
    assert sizes == {(64, 64), (96, 96), (128, 128)}
    assert len(set(contents)) == len(contents) == 300


def test_a_service_that_cannot_start_is_told(tmp_path: Path):
    home = tmp_path / "a file"
    home.write_text("no folder")

    with pytest.raises(ClientError, match="did not start"), own_service(home):
        pass
