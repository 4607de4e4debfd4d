import gc
import re
import threading

import h5py
import numpy as np
import pytest

from app.services.checkpoint_keeper import Rhythm
from app.services.datasets import delete_dataset
from app.services.execute_training import execute_training
from app.services.jobs import cancel_job, get_history, get_job
from app.services.models import get_version, list_models
from app.storage import checkpoints, datasets, history, jobs
from app.storage.dataset_file import read_splits
from app.storage.files import sha256_of
from app.storage.tables import datasets as datasets_table
from nncore import Training, parameter_file
from nncore.hyperparameters import Hyperparameters

SMALL = {"hidden_layers": [4], "initializer": "he", "epochs": 30}


def claim(store, job):
    with store.database.write() as connection:
        return jobs.claim(connection, job.id)


def test_a_job_becomes_a_version(store, start, dataset):
    job = start(model="m", **SMALL)
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert (job.status, job.attempt, job.error, job.model.version) == ("succeeded", 1, None, 1)
    assert (job.progress.epoch, job.progress.seconds_left) == (30, 0)
    assert job.finished_at >= job.started_at >= job.created_at
    version = get_version("m", 1, store=store)
    assert (version.job_id, version.first_layer, version.metrics) == (job.id, job.first_layer, job.metrics)
    assert (version.dataset.name, version.dataset.digest) == (dataset.name, dataset.digest)
    assert version.hyperparameters == job.hyperparameters
    path = store.files.path("models/m/1.h5")
    assert (version.sha256, version.size) == (sha256_of(path), path.stat().st_size)


def test_the_parameter_file_holds_what_the_library_alone_computes(store, start):
    job = start(model="m", **SMALL)
    execute_training(job.id, store=store)
    [path] = map(store.files.path, store.files.names("data/datasets"))
    training = Training(*read_splits(path)["train"], classes=2, hyperparameters=Hyperparameters(**SMALL))
    for _ in training:
        pass
    with h5py.File(store.files.path("models/m/1.h5")) as file:
        for name, W in zip(("W1", "W2"), training.result().network.weights, strict=True):
            np.testing.assert_array_equal(file["parameters"][name], W[0])
    content = parameter_file.read(store.files.path("models/m/1.h5"))
    assert (content.classes, content.hyperparameters["epochs"]) == (["dark", "bright"], 30)
    assert get_history(job.id, store=store)["cost"] == training.history["cost"]


def test_a_training_that_has_ended_keeps_no_memory(store, start):
    jobs_of_a_model = [start(model="m", **SMALL) for _ in range(2)]
    gc.collect()
    gc.disable()  # which would find it some time, when the next training has long begun
    try:
        for job in jobs_of_a_model:
            execute_training(job.id, store=store)
        assert [one for one in gc.get_objects() if type(one) is Training] == []
    finally:
        gc.enable()


def test_a_job_that_has_ended_is_not_touched(store, start):
    job = start(**SMALL)
    execute_training(job.id, store=store)
    before = get_job(job.id, store=store)
    execute_training(job.id, store=store)
    execute_training("no such job", store=store)
    assert get_job(job.id, store=store) == before
    assert len(list_models(store=store, limit=9, cursor=None).items[0].versions) == 1


def test_a_second_attempt_records_each_epoch_once(store, start):
    job = start(model="m", **SMALL)
    attempt = claim(store, job)
    with store.database.write() as connection:
        history.insert(connection, attempt.job.id, columns={"epoch": [1, 2], "cost": [9.0, 9.0]})
    execute_training(job.id, store=store)
    assert get_history(job.id, store=store)["epoch"] == list(range(1, 31))
    assert get_job(job.id, store=store).attempt == 2


def test_a_job_whose_workers_died_too_often_has_failed(store, start):
    job = start(**SMALL)
    for _ in range(jobs.MAX_DEATHS):
        claim(store, job)
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert (job.status, job.attempt, job.error.code) == ("failed", 3, "worker-died")
    assert list_models(store=store, limit=9, cursor=None).items == []


def test_a_wish_from_before_the_attempt_is_heard(store, start, engine):
    job = start(**SMALL)
    claim(store, job)
    cancel_job(job.id, store=store, engine=engine)
    execute_training(job.id, store=store)
    assert get_job(job.id, store=store).status == "cancelled"


def test_divergence_is_told_with_its_epoch(store, start):
    job = start(learning_rate=1e300, initializer="he")
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert (job.status, job.error.code, job.error.status) == ("failed", "diverged", 422)
    assert "epoch" in job.error.detail
    assert job.model.version is None


def test_the_epochs_before_a_divergence_are_told(store, start):
    job = start(learning_rate=1e100, initializer="he", epochs=9)
    execute_training(job.id, store=store)
    last = int(re.search(r"epoch (\d+)", get_job(job.id, store=store).error.detail)[1])
    history = get_history(job.id, store=store)
    assert last > 2
    assert history["epoch"] == list(range(1, last))
    assert None not in history["cost"]
    assert get_job(job.id, store=store).progress.epoch == last - 1


def test_a_last_update_that_went_too_far_is_divergence_too(store, start):
    job = start(learning_rate=1e300, initializer="he", epochs=1)
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert (job.status, job.error.code) == ("failed", "diverged")
    assert "epoch 1 " in job.error.detail


def test_what_the_network_suffers_from_is_told_of_job_and_version(store, start):
    job = start(model="m", epochs=3, initializer="zeros")
    execute_training(job.id, store=store)
    told = get_job(job.id, store=store).warnings
    assert [warning.code for warning in told] == [
        "no-better-than-largest-class",
        "no-better-than-largest-class",
        "zeros",
        "dead-relu",
        "dead-relu",
    ]
    assert get_version("m", 1, store=store).warnings == told


@pytest.mark.parametrize(
    "hyperparameters",
    [
        {"momentum": 0.9, "batch_size": 3},
        {"optimizer": "nesterov", "clip_norm": 0.5, "l2": 0.1},
        {"optimizer": "rmsprop", "schedule": {"kind": "step", "every": 10}},
        {"optimizer": "adam", "input_dropout": 0.2, "dtype": "float32", "learning_rate": 0.001},
        {"dropout": 0.3, "class_weight": {"dark": 2.0}, "normalization": "standardize"},
        {
            "validation_fraction": 0.25,
            "early_stopping": {"patience": 3},
            "normalization": "none",
            "learning_rate": 1e-5,
        },
    ],
)
def test_a_job_has_the_bits_of_the_library_whatever_is_asked_for(store, start, hyperparameters):
    job = start(model="m", **SMALL | hyperparameters)
    execute_training(job.id, store=store)
    [path] = map(store.files.path, store.files.names("data/datasets"))
    alone = Training(
        *read_splits(path)["train"],
        classes=["dark", "bright"],
        hyperparameters=Hyperparameters(**SMALL | hyperparameters),
    )
    for _ in alone:
        pass
    network = parameter_file.read(store.files.path("models/m/1.h5")).model.network
    expected = alone.result().network
    for array, own in zip(network.weights + network.biases, expected.weights + expected.biases, strict=True):
        assert array.tobytes() == own.tobytes()


def test_another_dataset_of_the_same_name_is_not_trained_on(store, start, dataset):
    job = start(**SMALL)
    with store.database.write() as connection:
        connection.execute(
            datasets_table.update().values(description=dataset.model_dump(mode="json") | {"digest": "sha256:other"})
        )
    execute_training(job.id, store=store)
    assert get_job(job.id, store=store).error.code == "dataset-not-found"


@pytest.mark.parametrize("damage", ["remove", "overwrite"])
def test_a_fault_of_our_own_is_logged_and_not_told(store, start, dataset, damage, capsys):
    job = start(**SMALL)
    with store.database.read() as connection:
        file = datasets.file_of(connection, dataset.name)
    path = store.files.path(file)
    store.files.remove(file) if damage == "remove" else path.write_bytes(b"no HDF5")
    execute_training(job.id, store=store)
    job = get_job(job.id, store=store)
    assert (job.status, job.error.code, job.error.status) == ("failed", "internal-error", 500)
    assert str(path) not in job.error.detail
    assert "Traceback" in capsys.readouterr().out


def test_a_second_job_on_the_same_images_reads_their_gram_matrix(store, start, dataset):
    jobs_ = [start(model=model, **SMALL, first_layer="sample_space") for model in ("a", "b", "c")]
    execute_training(jobs_[0].id, store=store)
    [path] = (store.files.home / "data/grams").glob("*/*")
    execute_training(jobs_[1].id, store=store)
    assert get_history(jobs_[1].id, store=store) == get_history(jobs_[0].id, store=store)
    np.save(path, np.zeros((8, 8)))  # whoever reads this one sees no images: nothing is learned but the biases
    execute_training(jobs_[2].id, store=store)
    assert get_history(jobs_[2].id, store=store) != get_history(jobs_[0].id, store=store)


def test_the_gram_matrices_of_a_dataset_go_with_it(store, start, dataset):
    execute_training(start(model="m", **SMALL, first_layer="sample_space").id, store=store)
    delete_dataset(dataset.name, store=store)
    assert list((store.files.home / "data/grams").iterdir()) == []


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_database_server_that_drops_its_connections_costs_no_attempt(store, start, wait_for):
    job = start(model="m", **SMALL | {"epochs": 20_000})
    thread = threading.Thread(target=execute_training, args=(job.id,), kwargs={"store": store})
    thread.start()
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    for kill in range(1, 4):
        wait_for(lambda least=kill: get_job(job.id, store=store).progress.epoch > 1000 * least)
        with store.database.engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) {others}")
    thread.join()
    job = get_job(job.id, store=store)
    assert (job.status, job.attempt, job.progress.epoch) == ("succeeded", 1, 20_000)


@pytest.mark.long
@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_store_of_files_that_is_away_costs_no_attempt(store, start, s3_server, wait_for, capsys):
    told = ""

    def tells(words):
        nonlocal told
        told += capsys.readouterr().out
        return words in told

    job = start(model="m", **SMALL | {"epochs": 100_000})
    s3_server.stop()
    thread = threading.Thread(
        target=execute_training, args=(job.id,), kwargs={"store": store, "rhythm": Rhythm(seconds=0)}
    )
    thread.start()
    wait_for(lambda: tells("tried again"))
    s3_server.start()
    wait_for(lambda: checkpoints.job_ids(store.files) == [job.id])
    s3_server.stop()
    wait_for(lambda: tells("not written for now"))
    told = ""
    wait_for(lambda: tells("tried again"))
    assert get_job(job.id, store=store).progress.epoch == 100_000
    s3_server.start()
    thread.join()
    job = get_job(job.id, store=store)
    assert (job.status, job.attempt, job.error) == ("succeeded", 1, None)
    assert get_version("m", 1, store=store).size == store.files.path("models/m/1.h5").stat().st_size
