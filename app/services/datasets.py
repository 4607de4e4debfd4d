"""Look at datasets and delete them."""

from app.schemas.datasets import Dataset
from app.schemas.pages import Page
from app.storage import datasets
from app.storage.store import Store


def get_dataset(name: str, *, store: Store) -> Dataset:
    """Return a dataset; raises DatasetNotFound."""
    with store.database.read() as connection:
        return datasets.get(connection, name)


def list_datasets(*, store: Store, limit: int, cursor: str | None) -> Page[Dataset]:
    """Return datasets by name."""
    with store.database.read() as connection:
        return datasets.page(connection, limit=limit, cursor=cursor)


def delete_dataset(name: str, *, store: Store) -> None:
    """Delete a dataset; raises DatasetNotFound, and DatasetInUse while a job needs it."""
    with store.database.write() as connection:
        dataset = datasets.get(connection, name)
        file = datasets.delete(connection, name)
    store.files.remove(file)
    store.grams.forget(dataset.digest)
