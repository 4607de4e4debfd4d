import io
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import QueueFull, QuotaExceeded
from app.schemas.training import TrainRequest
from app.services import models
from app.services.datasets import delete_dataset
from app.services.execute_training import execute_training
from app.services.import_dataset import finish, import_hdf5
from app.services.jobs import cancel_job
from app.services.start_training import start_training
from app.settings import Settings
from app.storage import jobs, usage

NETWORK = {"hidden_layers": [], "epochs": 2}
PARAMETERS = 8 * 12_289


@pytest.fixture
def limited(settings: Settings) -> Callable[..., Settings]:
    """A function that returns the settings with limits."""

    def limited(**limits: int) -> Settings:
        return settings.model_copy(update=limits)

    return limited


def ask(store, engine, settings, *, asked_by=None):
    request = TrainRequest(dataset="shades", model="m", hyperparameters=NETWORK)
    return start_training(request, store=store, engine=engine, settings=settings, asked_by=asked_by)


def bring(name, *, store, settings, file: Path, asked_by=None):
    return finish(import_hdf5(name, train=file, test=None, store=store, settings=settings, asked_by=asked_by))


@pytest.fixture
def file(store, dataset) -> Path:
    """A file of images to import."""
    [path] = map(store.files.path, store.files.names("data/datasets"))
    return path


def stored(store, asked_by=None) -> int:
    with store.database.read() as connection:
        return usage.stored_bytes(connection, asked_by=asked_by)


def test_a_key_may_have_so_many_jobs_wait_and_others_still_may(store, engine, limited, dataset):
    settings = limited(max_queued_jobs=3, max_key_queued_jobs=1)
    ask(store, engine, settings, asked_by="a")
    with pytest.raises(QueueFull, match="1 jobs of this key wait"):
        ask(store, engine, settings, asked_by="a")
    ask(store, engine, settings, asked_by="b")
    ask(store, engine, settings)
    with pytest.raises(QueueFull, match="3 jobs wait"):
        ask(store, engine, settings, asked_by="c")


def test_so_many_datasets_may_be_there_and_deleting_one_makes_room(store, limited, file):
    settings = limited(max_datasets=3, max_key_datasets=1)
    bring("first", store=store, settings=settings, file=file, asked_by="a")
    with pytest.raises(QuotaExceeded, match="1 datasets of this key"):
        bring("second", store=store, settings=settings, file=file, asked_by="a")
    bring("second", store=store, settings=settings, file=file, asked_by="b")
    with pytest.raises(QuotaExceeded, match="3 datasets, which"):
        bring("third", store=store, settings=settings, file=file)
    delete_dataset("first", store=store)
    bring("third", store=store, settings=settings, file=file, asked_by="a")


def test_bytes_are_those_of_the_files(store, limited, file):
    before = stored(store)
    assert before == file.stat().st_size
    bring("first", store=store, settings=limited(), file=file, asked_by="a")
    files = store.files.names("data/datasets")
    assert stored(store) == sum(store.files.path(name).stat().st_size for name in files)
    assert stored(store, "a") == stored(store) - before
    with pytest.raises(QuotaExceeded, match="bytes are stored"):
        bring("second", store=store, settings=limited(max_stored_bytes=stored(store) + 1000), file=file)
    with pytest.raises(QuotaExceeded, match="bytes of this key"):
        bring("second", store=store, settings=limited(max_key_stored_bytes=1000), file=file, asked_by="a")
    assert store.files.names("data/datasets") == files


def test_a_job_takes_the_room_of_its_model_when_it_is_accepted_and_gives_it_back(store, engine, limited, dataset):
    settings = limited(max_key_stored_bytes=PARAMETERS + 1)
    job = ask(store, engine, settings, asked_by="a")
    assert stored(store, "a") == PARAMETERS
    with pytest.raises(QuotaExceeded):
        ask(store, engine, settings, asked_by="a")
    cancel_job(job.id, store=store, engine=engine)
    assert stored(store, "a") == 0
    execute_training(ask(store, engine, settings, asked_by="a").id, store=store)
    assert stored(store, "a") == store.files.path("models/m/1.h5").stat().st_size


def test_a_model_from_elsewhere_counts_too(store, engine, limited, dataset):
    execute_training(ask(store, engine, limited()).id, store=store)
    content = store.files.path("models/m/1.h5").read_bytes()
    settings = limited(max_key_stored_bytes=len(content) + 1)
    models.add_version("m", io.BytesIO(content), store=store, settings=settings, asked_by="a")
    with pytest.raises(QuotaExceeded):
        models.add_version("m", io.BytesIO(content), store=store, settings=settings, asked_by="a")
    assert [version.version for version in models.get_model("m", store=store).versions] == [2, 1]
    models.delete_version("m", 2, store=store)
    models.add_version("m", io.BytesIO(content), store=store, settings=settings, asked_by="a")


def test_checkpoints_count_while_a_job_is_not_over(store, engine, limited, dataset):
    job = ask(store, engine, limited(), asked_by="a")
    with store.database.write() as connection:
        attempt = jobs.claim(connection, job.id)
        jobs.note_checkpoint(connection, attempt, size=1000)
    assert stored(store, "a") == PARAMETERS + 2 * 1000
    with store.database.write() as connection:
        jobs.end_cancelled(connection, attempt)
    assert stored(store, "a") == 0
