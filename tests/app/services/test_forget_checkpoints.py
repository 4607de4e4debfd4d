"""What a failed job had learned stays, and answers, until the job is deleted."""

import numpy as np
import pytest

from app.errors import ModelNotServable
from app.images import Picture
from app.services.datasets import delete_dataset
from app.services.execute_training import execute_training
from app.services.jobs import delete_job, get_job
from app.services.predict import Seen, predict_pictures
from app.services.recover_jobs import clear_checkpoints
from app.services.served_models import ServedModels
from app.storage import checkpoints, usage
from app.storage.dataset_file import read_splits

DIVERGING = {"hidden_layers": [4], "initializer": "he", "activation": "leaky_relu", "learning_rate": 1e3}


@pytest.fixture
def diverged(store, start):
    """A job that has diverged after some epochs, of each of which it wrote a checkpoint."""
    job = start(checkpoint_every=1, **DIVERGING)
    execute_training(job.id, store=store)
    return get_job(job.id, store=store)


def stored(store) -> int:
    with store.database.read() as connection:
        return usage.stored_bytes(connection, asked_by=None)


def test_a_job_that_diverged_answers_from_its_last_good_checkpoint(store, diverged):
    assert (diverged.status, diverged.error.code) == ("failed", "diverged")
    [file] = checkpoints.all_of(store.files, diverged.id)
    found = ServedModels(store, capacity=1).find(f"job:{diverged.id}")
    last_finite = diverged.progress.epoch - 1  # of which the cost was still a number: that of the epoch after was not
    assert found.reference.model_dump() == {"name": f"job:{diverged.id}", "version": None, "epoch": last_finite}
    assert int(checkpoints.read(store.files, file).state["epoch"]) == last_finite
    [dataset] = map(store.files.path, store.files.names("data/datasets"))
    images = read_splits(dataset)["train"][0]
    assert np.isfinite(found.model.probabilities(images)).all()


def test_what_a_failed_job_keeps_counts_as_stored_and_goes_with_the_job(store, start, diverged):
    [file] = checkpoints.all_of(store.files, diverged.id)
    kept = store.files.path(file).stat().st_size
    clear_checkpoints(store=store)
    assert checkpoints.all_of(store.files, diverged.id) == [file]
    with_it = stored(store)
    delete_job(diverged.id, store=store)
    assert with_it - stored(store) == kept
    assert checkpoints.all_of(store.files, diverged.id) == []


def test_a_failed_job_keeps_nothing_that_cannot_answer(store, start):
    job = start(checkpoint_every=1, **DIVERGING | {"learning_rate": 1e300})
    execute_training(job.id, store=store)
    assert get_job(job.id, store=store).status == "failed"
    assert checkpoints.all_of(store.files, job.id) == []
    with pytest.raises(ModelNotServable, match="failed and has no checkpoint"):
        ServedModels(store, capacity=1).find(f"job:{job.id}")


def test_without_its_dataset_a_failed_job_does_not_answer(store, diverged):
    delete_dataset(diverged.dataset, store=store)
    with pytest.raises(ModelNotServable, match=r"dataset 'shades' .* is gone"):
        ServedModels(store, capacity=1).find(f"job:{diverged.id}")


def test_a_picture_of_which_it_says_no_number_is_refused(store, diverged):
    found = ServedModels(store, capacity=1).find(f"job:{diverged.id}")
    found.model.network.parameters.rest[...] = np.nan
    white = Picture(pixels=np.full((64, 64, 3), 255, dtype=np.uint8), actions=())
    with pytest.raises(ModelNotServable, match="diverges"):
        predict_pictures([Seen(filename=None, picture=white)], found=found)
