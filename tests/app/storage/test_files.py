import os
import time
from contextlib import suppress

import pytest

from app.storage.files import Files


@pytest.fixture
def files(tmp_path):
    files = Files(tmp_path)
    files.prepare()
    return files


def test_a_published_file_stands_under_its_name_and_nowhere_else(files, tmp_path):
    file = files.model_file("cats", 3)
    with files.temporary() as temporary:
        temporary.write_bytes(b"numbers")
        files.publish(temporary, file)
    assert file == "models/cats/3.h5"
    assert files.path(file).read_bytes() == b"numbers"
    assert list((tmp_path / "data/uploads").iterdir()) == []


def test_what_was_not_published_is_removed(files, tmp_path):
    with suppress(RuntimeError), files.temporary() as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError
    assert list((tmp_path / "data/uploads").iterdir()) == []


def test_dataset_files_have_names_of_their_own(files):
    assert files.dataset_file() != files.dataset_file()


def test_a_file_may_be_removed_twice(files):
    with files.temporary() as temporary:
        temporary.touch()
        files.publish(temporary, "models/cats/1.h5")
    files.remove("models/cats/1.h5")
    files.remove("models/cats/1.h5")
    assert not files.path("models/cats/1.h5").exists()


def test_only_what_was_left_long_ago_is_cleared_away(files, tmp_path):
    old, new = (tmp_path / "data/uploads" / name for name in ("old", "new"))
    old.touch()
    new.touch()
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    files.prepare()
    assert (old.exists(), new.exists()) == (False, True)
