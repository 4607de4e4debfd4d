import pytest

from app.storage import store_identity
from app.storage.bucket_files import BucketFiles
from app.storage.cannot_start import CannotStart
from app.storage.database import Database
from app.storage.files import DATASETS, Files
from app.storage.migrations import upgrade
from app.storage.store import Store
from app.storage.store_identity import MARKS
from tests.app.conftest import store_dataset


@pytest.fixture(params=["folder", "bucket"])
def new_files(request, tmp_path):
    """A function that returns a new store of files."""

    def new_files(name):
        home = tmp_path / name
        bucket = request.param == "bucket" and request.getfixturevalue("new_bucket")()
        files = BucketFiles(home, bucket, cache_bytes=2**20) if bucket else Files(home)
        files.prepare()
        return files

    return new_files


@pytest.fixture
def other_database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(database)
    yield database
    database.close()


def with_files(store, files):
    return Store(database=store.database, files=files, grams=store.grams)


def test_a_database_stays_with_the_files_that_it_began_with(store, new_files):
    first, other = (with_files(store, new_files(name)) for name in ("first", "other"))
    for _ in range(2):
        store_identity.check(first)
    [mark] = first.files.names(MARKS)
    with pytest.raises(CannotStart, match=f"{mark.removeprefix(MARKS + '/')}, and none of its files is here"):
        store_identity.check(other)
    assert other.files.names(MARKS) == []


def test_a_copy_that_has_files_of_the_database_is_taken_for_them(store, new_files):
    first, copy = (with_files(store, new_files(name)) for name in ("first", "copy"))
    store_identity.check(first)
    store_dataset(first, name="shapes")
    for file in first.files.names(DATASETS):
        with copy.files.temporary() as path:
            path.write_bytes(first.files.path(file).read_bytes())
            copy.files.publish(path, file)
    store_identity.check(copy)
    assert copy.files.names(MARKS) == first.files.names(MARKS)


def test_files_that_are_lost_can_be_given_up(store, new_files):
    first, new = (with_files(store, new_files(name)) for name in ("first", "new"))
    store_identity.check(first)
    [mark] = first.files.names(MARKS)
    with new.files.temporary() as path:
        path.touch()
        new.files.publish(path, mark)
    store_identity.check(new)


def test_files_of_another_database_are_refused(store, new_files, other_database):
    first = with_files(store, new_files("first"))
    store_identity.check(first)
    others = Store(database=other_database, files=new_files("others"), grams=store.grams)
    store_identity.check(others)
    [mark] = others.files.names(MARKS)
    with pytest.raises(CannotStart, match=f"those here are {mark.removeprefix(MARKS + '/')}"):
        store_identity.check(with_files(store, others.files))
