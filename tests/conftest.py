"""What every test may ask for: the real images, where they are, and a service as its users know it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client import Client
from app.demo import own_service, write_pictures

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def cat_data() -> Path:
    """The folder with train_catvnoncat.h5 and test_catvnoncat.h5."""
    folder = SHARED_DATA / "cat-vs-noncat"
    if not folder.is_dir():
        pytest.skip("the cat images are not on this machine (expected in ../shared/data/cat-vs-noncat)")
    return folder


@pytest.fixture(scope="session")
def photos() -> list[Path]:
    """Photos as people take them, sorted by name."""
    folder = SHARED_DATA / "photos"
    if not folder.is_dir():
        pytest.skip("the photos are not on this machine (expected in ../shared/data/photos)")
    return sorted(folder.glob("*.jpg"))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service, started as its users start it; all tests of a session share it."""
    with own_service(tmp_path_factory.mktemp("service")) as address:
        yield address


@pytest.fixture(scope="session")
def remote(service: str) -> Iterator[Client]:
    """The shared service, as a client sees it."""
    with Client(service) as remote:
        yield remote


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The zip of built-in pictures, and a new picture that is not in it."""
    return write_pictures(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="session")
def trained(remote: Client, pictures: tuple[Path, Path]) -> str:
    """The name of a dataset of built-in pictures, and of a model that was trained on it."""
    name = "built-in"
    remote.import_archive(name, pictures[0])
    job = remote.train(name, name, hyperparameters={"epochs": 20, "hidden_layers": [20], "initializer": "he"})
    assert list(remote.watch(job["id"]))[-1]["status"] == "succeeded"
    return name
