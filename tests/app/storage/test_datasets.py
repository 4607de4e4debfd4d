import pytest

from app.errors import DatasetInUse, DatasetNotFound, NameTaken
from app.storage import datasets, jobs


def insert(store, dataset, name, file="f"):
    with store.database.write() as connection:
        datasets.insert(connection, dataset=dataset.model_copy(update={"name": name}), file=file, size=1)


def test_a_dataset_comes_back_as_it_was_stored(store, dataset):
    with store.database.read() as connection:
        assert datasets.get(connection, "shades") == dataset
        assert store.files.path(datasets.file_of(connection, "shades")).is_file()


def test_a_name_is_taken_once(store, dataset):
    with pytest.raises(NameTaken, match="shades"):
        insert(store, dataset, "shades")


def test_pages_go_by_name(store, dataset):
    for name in ("b", "a", "c"):
        insert(store, dataset, name)
    with store.database.read() as connection:
        first = datasets.page(connection, limit=2, cursor=None)
        second = datasets.page(connection, limit=2, cursor=first.next)
    assert [item.name for item in first.items] == ["a", "b"]
    assert [item.name for item in second.items] == ["c", "shades"]
    assert second.next is None


def test_what_is_not_there_is_not_found(store):
    with store.database.write() as connection:
        for statement in (datasets.get, datasets.file_of, datasets.delete, datasets.hold):
            with pytest.raises(DatasetNotFound, match="cats"):
                statement(connection, "cats")


def test_a_dataset_is_deleted_once_no_unfinished_job_needs_it(store, dataset, start):
    job = start()
    with store.database.write() as connection, pytest.raises(DatasetInUse, match=job.id):
        datasets.delete(connection, "shades")
    with store.database.write() as connection:
        jobs.cancel(connection, job.id)
        file = datasets.delete(connection, "shades")
    assert file.startswith("data/datasets/")
    with store.database.read() as connection, pytest.raises(DatasetNotFound):
        datasets.get(connection, "shades")
