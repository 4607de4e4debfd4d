import os
import time
from contextlib import suppress

import pytest

from app.storage.bucket_files import BucketFiles
from app.storage.files import Files


@pytest.fixture(params=["folder", "bucket"])
def files(request, tmp_path):
    files = Files(tmp_path) if request.param == "folder" else bucket_files(request, tmp_path)
    files.prepare()
    return files


def bucket_files(request, home):
    return BucketFiles(home, request.getfixturevalue("new_bucket")(), cache_bytes=2**20)


def publish(files, file, content=b"numbers"):
    with files.temporary() as temporary:
        temporary.write_bytes(content)
        files.publish(temporary, file)


def test_a_published_file_stands_under_its_name_and_nowhere_else(files, tmp_path):
    file = files.model_file("cats", 3)
    publish(files, file)
    assert file == "models/cats/3.h5"
    assert files.names("models") == files.names("models/cats") == [file]
    assert files.path(file).read_bytes() == b"numbers"
    assert list((tmp_path / "data/uploads").iterdir()) == []
    assert files.fault() is None


def test_what_was_not_published_is_removed(files, tmp_path):
    with suppress(RuntimeError), files.temporary() as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError
    assert list((tmp_path / "data/uploads").iterdir()) == []


def test_dataset_files_have_names_of_their_own(files):
    assert files.dataset_file() != files.dataset_file()


def test_a_file_may_be_removed_twice(files):
    publish(files, "models/cats/1.h5")
    files.path("models/cats/1.h5")
    for _ in range(2):
        files.remove("models/cats/1.h5")
        assert files.names("models") == []
        with pytest.raises(FileNotFoundError):
            files.path("models/cats/1.h5").stat()


def test_a_directory_is_removed_with_its_files(files):
    for name in ("a/1", "a/2", "ab/1"):
        publish(files, f"data/checkpoints/{name}")
    files.remove_all("data/checkpoints/a")
    files.remove_all("data/checkpoints/never-there")
    assert files.names("data/checkpoints") == ["data/checkpoints/ab/1"]
    assert files.names("data/never-there") == []


def test_only_what_was_left_long_ago_is_cleared_away(files, tmp_path):
    old, new = (tmp_path / "data/uploads" / name for name in ("old", "new"))
    old.touch()
    new.touch()
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    files.prepare()
    assert (old.exists(), new.exists()) == (False, True)
