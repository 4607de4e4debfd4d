import errno
import os

import pytest

from app.errors import StoreUnreachable
from app.storage import bucket_files
from app.storage.bucket_files import BucketFiles
from tests.conftest import free_port


@pytest.fixture
def url(new_bucket):
    return new_bucket()


@pytest.fixture
def files(tmp_path, url):
    return machine(tmp_path / "one", url)


def machine(home, url, *, cache_bytes=2**20):
    files = BucketFiles(home, url, cache_bytes=cache_bytes)
    files.prepare()
    return files


def publish(files, file, content=b"numbers"):
    with files.temporary() as temporary:
        temporary.write_bytes(content)
        files.publish(temporary, file)


def copies(files):
    return list((files.home / "data/cache").iterdir())


def test_what_one_machine_publishes_another_reads(files, tmp_path, url):
    publish(files, "models/cats/1.h5")
    assert machine(tmp_path / "two", url).path("models/cats/1.h5").read_bytes() == b"numbers"


def test_a_copy_is_fetched_once(files):
    publish(files, "models/cats/1.h5")
    first = files.path("models/cats/1.h5")
    files._bucket.rm_file(files._key("models/cats/1.h5"))
    assert files.path("models/cats/1.h5") == first
    assert copies(files) == [first]


def test_a_home_that_sees_another_bucket_takes_no_copy_of_the_first(files, new_bucket):
    other = machine(files.home, new_bucket())
    publish(files, "models/cats/1.h5", b"one")
    publish(other, "models/cats/1.h5", b"other")
    assert [each.path("models/cats/1.h5").read_bytes() for each in (files, other)] == [b"one", b"other"]


def test_what_was_not_read_for_longest_makes_room(files, url, monkeypatch):
    files = machine(files.home, url, cache_bytes=20)
    for number in range(4):
        publish(files, f"models/cats/{number}.h5")
        os.utime(files.path(f"models/cats/{number}.h5"), (number, number))
    assert {path.stat().st_mtime for path in copies(files)} == {2, 3}


def test_what_is_larger_than_the_bound_is_read_all_the_same(files, url):
    files = machine(files.home, url, cache_bytes=1)
    publish(files, "models/cats/1.h5")
    assert files.path("models/cats/1.h5").read_bytes() == b"numbers"


def test_other_bytes_than_were_sent_are_refused(files):
    publish(files, "models/cats/1.h5")
    files._bucket.pipe_file(files._key("models/cats/1.h5"), b"mumbers")
    with pytest.raises(StoreUnreachable):
        files.path("models/cats/1.h5")
    assert copies(files) == []


def test_a_bucket_that_is_not_there_is_told_of_and_nothing_is_lost(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr(bucket_files, "TRIES", 1)
    files = machine(tmp_path, "s3://absent")
    assert "EndpointConnectionError" in files.fault()
    with files.temporary() as temporary:
        temporary.write_bytes(b"numbers")
        with pytest.raises(StoreUnreachable, match="EndpointConnectionError") as raised:
            files.publish(temporary, "models/cats/1.h5")
        assert temporary.exists()
    assert raised.value.headers == {"Retry-After": "5"}
    with pytest.raises(StoreUnreachable):
        files.path("models/cats/1.h5")
    files.remove("models/cats/1.h5")
    assert "stays in the store" in capsys.readouterr().out


def test_a_bucket_without_leave_or_name_is_at_fault(files, monkeypatch):
    assert machine(files.home, "s3://no-such-bucket").fault() is not None
    with pytest.raises(StoreUnreachable):
        publish(machine(files.home, "s3://no-such-bucket"), "models/cats/1.h5")


def test_a_full_disk_is_told_as_such(files, monkeypatch):
    publish(files, "models/cats/1.h5")

    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files._bucket, "get_file", full)
    with pytest.raises(OSError, match="No space left"):
        files.path("models/cats/1.h5")
