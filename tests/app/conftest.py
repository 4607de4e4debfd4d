import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.schemas.clock import now
from app.schemas.datasets import Dataset
from app.schemas.jobs import Job
from app.schemas.training import TrainRequest
from app.services.start_training import start_training
from app.settings import Settings
from app.storage import datasets
from app.storage.migrations import upgrade
from app.storage.store import Store, open_store
from tests.conftest import PostgreSQL


class Notebook:
    """An engine that notes what it is given: a test executes it where it wants to."""

    def __init__(self) -> None:
        self.submitted: list[str] = []
        self.number_of_workers = 1

    def submit(self, job_id: str, *, resumed: int = 0, priority: int = 0, parts: int = 0) -> None:
        self.submitted.append(job_id)

    def workers(self) -> int:
        return self.number_of_workers

    def ready(self) -> str | None:
        return None

    def close(self) -> None:
        self.submitted.clear()


@pytest.fixture(scope="session")
def postgresql_with_tables(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with all tables, to be copied: to make them for each test takes longer than most tests."""
    url = postgresql.new()
    with closing(open_store(Settings(home=tmp_path_factory.mktemp("tables"), database_url=url))) as store:
        upgrade(store.database)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a service that lives in the test's own directory, alone or with what machines share."""
    if request.param == "sqlite":
        yield Settings(home=tmp_path)
        return
    names = ("postgresql", "postgresql_with_tables", "new_bucket")
    postgresql, tables, new_bucket = (request.getfixturevalue(name) for name in names)
    database = postgresql.new(like=tables)
    yield Settings(home=tmp_path, database_url=database, store=new_bucket())
    postgresql.drop(database)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An open store with its tables, empty."""
    store = open_store(settings)
    upgrade(store.database)
    yield store
    store.close()


@pytest.fixture
def engine() -> Notebook:
    return Notebook()


@pytest.fixture
def dataset(store: Store) -> Dataset:
    """A stored dataset: dark and bright pictures of noise, which any network tells apart."""
    return store_dataset(store, name="shades")


@pytest.fixture
def start(store: Store, engine: Notebook, settings: Settings, dataset: Dataset) -> Callable[..., Job]:
    """A function that accepts a training of the hyperparameters given."""

    def start(
        *,
        model: str = "shades",
        record_every: int | None = None,
        checkpoint_every: int | None = None,
        max_seconds: float | None = None,
        init_from: str | None = None,
        check_gradients_every: int | None = None,
        priority: int = 0,
        **hyperparameters: object,
    ) -> Job:
        body = {"dataset": dataset.name, "model": model, "priority": priority}
        body |= {"record_every": record_every, "checkpoint_every": checkpoint_every}
        body |= {"max_seconds": max_seconds, "init_from": init_from, "check_gradients_every": check_gradients_every}
        request = TrainRequest(**body, hyperparameters=hyperparameters)
        return start_training(request, store=store, engine=engine, settings=settings)

    return start


def store_dataset(store: Store, *, name: str, digest: str = "sha256:shades") -> Dataset:
    file = store.files.dataset_file()
    with store.files.temporary() as path:
        write_shades(path)
        store.files.publish(path, file)
    counts = {split: {"dark": n // 2, "bright": n // 2} for split, n in (("train", 8), ("test", 4))}
    stored = Dataset(
        name=name,
        digest=digest,
        classes=["dark", "bright"],
        images={"train": 8, "test": 4},
        counts=counts,
        image_shape=[64, 64, 3],
        created_at=now(),
    )
    with store.database.write() as connection:
        datasets.insert(connection, dataset=stored, file=file, size=store.files.path(file).stat().st_size)
    return stored


def write_shades(path: Path) -> None:
    random = np.random.default_rng(1)
    with h5py.File(path, "w") as file:
        for split, n in (("train", 8), ("test", 4)):
            labels = np.arange(n) % 2
            noise = random.integers(0, 80, size=(n, 64, 64, 3))
            file[f"{split}_set_x"] = (noise + 150 * labels[:, None, None, None]).astype(np.uint8)
            file[f"{split}_set_y"] = labels
        file["list_classes"] = np.array([b"dark", b"bright"])


@pytest.fixture(scope="session")
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, service_database: str | None
) -> Iterator[TestClient]:
    """A client of one whole service, with a worker process; its tests take names of their own.

    With a database that machines share, its files are in a bucket, too.
    """
    store = None if service_database is None else request.getfixturevalue("new_bucket")()
    app = create_app(Settings(home=tmp_path_factory.mktemp("service"), database_url=service_database, store=store))
    with TestClient(app, raise_server_exceptions=False) as client:
        store_dataset(app.state.store, name="shades")
        _wait_for(lambda: client.get("/readyz").status_code == 200)
        yield client


@pytest.fixture
def train(client: TestClient) -> Callable[..., dict[str, Any]]:
    """A function that starts a training over HTTP."""

    def train(*, model: str, dataset: str = "shades", **hyperparameters: object) -> dict[str, Any]:
        body = {"dataset": dataset, "model": model, "hyperparameters": hyperparameters}
        return client.post("/train", json=body).raise_for_status().json()

    return train


@pytest.fixture
def ended(client: TestClient) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A function that waits for the end of a job."""

    def ended(job: dict[str, Any]) -> dict[str, Any]:
        path = f"/jobs/{job['id']}"
        _wait_for(lambda: client.get(path).json()["status"] in ("succeeded", "failed", "cancelled"))
        return client.get(path).json()

    return ended


@pytest.fixture
def wait_for() -> Callable[..., None]:
    """A function that waits until something is so, and fails when that takes too long."""
    return _wait_for


def _wait_for(is_so: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
