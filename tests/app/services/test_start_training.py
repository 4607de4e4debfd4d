from dataclasses import replace

import pytest

from app.errors import (
    DatasetNotFound,
    DifferentNetwork,
    IdempotencyKeyReused,
    InvalidRequest,
    ModelNotFound,
    ModelNotServable,
    QueueFull,
)
from app.schemas.hyperparameters import Hyperparameters
from app.schemas.idempotency import RequestKey
from app.schemas.training import TrainRequest
from app.services.datasets import delete_dataset
from app.services.execute_training import execute_training
from app.services.jobs import get_job
from app.services.models import delete_model
from app.services.start_training import (
    check_fit,
    check_gradient_checks,
    check_size,
    count_parameters,
    start_training,
)
from app.settings import Settings
from app.storage import datasets, jobs
from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters


def test_a_job_is_a_row_before_the_engine_hears_of_it(store, start, engine):
    job = start(model="m", epochs=5000)
    assert engine.submitted == [job.id]
    assert (job.kind, job.status, job.attempt, job.record_every) == ("train", "queued", 0, 10)
    assert job.hyperparameters == Hyperparameters(epochs=5000).for_the_network().to_json()
    with store.database.read() as connection:
        assert jobs.get(connection, job.id) == job


def test_the_history_may_be_asked_for_more_often(start):
    assert start(epochs=5000, record_every=1).record_every == 1


def test_without_its_dataset_there_is_no_job(store, engine, settings):
    request = TrainRequest(dataset="cats", model="m")
    with pytest.raises(DatasetNotFound, match="cats"):
        start_training(request, store=store, engine=engine, settings=settings)
    assert engine.submitted == []


def test_a_request_that_is_sent_again_gets_its_job_whatever_became_of_what_it_named(store, start, engine, settings):
    execute_training(start(model="first", epochs=2).id, store=store)
    key = RequestKey(operation="train", key="k", request="a")
    url, secret = "http://127.0.0.1:9/", "whsec_" + 43 * "A" + "="
    webhook = {"url": url, "secret": secret}
    request = TrainRequest(
        dataset="shades", model="m", init_from="first", webhook=webhook, hyperparameters={"epochs": 2}
    )
    sending = settings.model_copy(update={"webhook_hosts": "127.0.0.1"})
    job = start_training(request, store=store, engine=engine, settings=sending, key=key)
    execute_training(job.id, store=store)
    delete_model("first", store=store)
    delete_dataset("shades", store=store)
    again = start_training(request, store=store, engine=engine, settings=settings, key=key)
    assert (again.id, again.status) == (job.id, "succeeded")
    with pytest.raises(IdempotencyKeyReused):
        start_training(request, store=store, engine=engine, settings=settings, key=replace(key, request="b"))


@pytest.mark.parametrize(
    ("field", "hyperparameters"),
    [
        ("momentum", {"optimizer": "adam", "momentum": 0.9}),
        ("first_layer", {"optimizer": "adam", "first_layer": "sample_space"}),
        ("first_layer", {"input_dropout": 0.2, "first_layer": "sample_space"}),
        ("class_weight", {"class_weight": {"grey": 2.0}}),
        ("class_weight", {"class_weight": {"dark": 0.0, "bright": 0.0}}),
        ("early_stopping", {"early_stopping": {"monitor": "validation_accuracy"}}),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_a_row(start, engine, field, hyperparameters):
    with pytest.raises(InvalidHyperparameter) as raised:
        start(**hyperparameters)
    assert raised.value.field == field
    assert engine.submitted == []


def test_a_validation_that_would_have_no_images_is_refused(dataset):
    single = dataset.model_copy(update={"counts": {"train": {"dark": 1, "bright": 1}}})
    with pytest.raises(InvalidHyperparameter, match="two training images"):
        check_fit(NetworkHyperparameters(validation_fraction=0.5), dataset=single)
    check_fit(NetworkHyperparameters(validation_fraction=0.5), dataset=dataset)


@pytest.mark.parametrize(
    ("limit", "hyperparameters"),
    [
        ({"max_epochs": 10}, {"epochs": 11}),
        ({"max_parameters": 61_480}, {"hidden_layers": [5, 5]}),
        ({"max_job_work": 61_481 * 8 * 100 - 1}, {"epochs": 100, "hidden_layers": [5, 5]}),
    ],
)
def test_what_is_too_large_is_refused(store, engine, dataset, limit, hyperparameters):
    request = TrainRequest(dataset=dataset.name, model="m", hyperparameters=hyperparameters)
    settings = Settings(home=store.files.home, **limit)
    with pytest.raises(InvalidRequest, match="at most") as raised:
        start_training(request, store=store, engine=engine, settings=settings)
    assert raised.value.errors[0].pointer == f"/hyperparameters/{next(iter(hyperparameters))}"
    with store.database.read() as connection:
        assert jobs.unfinished(connection) == []


def test_the_work_of_a_job_counts_every_member_and_an_estimate_is_told(store, engine, settings, dataset):
    body = {"dataset": dataset.name, "model": "m", "hyperparameters": {"hidden_layers": [5, 5], "epochs": 100}}
    allowed = settings.model_copy(update={"max_job_work": 61_481 * 8 * 100})
    start_training(TrainRequest(**body), store=store, engine=engine, settings=allowed)
    with pytest.raises(InvalidRequest, match=r"9.8e\+07 .* at most 49184800 are allowed"):
        start_training(TrainRequest(**body, members=2), store=store, engine=engine, settings=allowed)


def test_a_job_of_weeks_is_refused(store, engine, settings, dataset):
    hyperparameters = {"hidden_layers": [4000], "epochs": 1_000_000}
    many = dataset.model_copy(update={"name": "many", "images": {"train": 60_000, "test": 4}})
    with store.database.write() as connection:
        datasets.insert(connection, dataset=many, file="f", size=1)
    request = TrainRequest(dataset="many", model="m", hyperparameters=hyperparameters)
    with pytest.raises(InvalidRequest, match=r"some 2048\.3 days of a core"):
        start_training(request, store=store, engine=engine, settings=settings)


def test_parameters_are_those_of_the_series_network(dataset):
    assert count_parameters(Hyperparameters(hidden_layers=[5, 5]), dataset=dataset) == 61_481
    three = dataset.model_copy(update={"classes": ["a", "b", "c"]})
    assert count_parameters(Hyperparameters(hidden_layers=[]), dataset=three) == 3 * 12_289


def test_no_more_jobs_wait_than_may(store, engine, dataset, start):
    settings = Settings(home=store.files.home, database_url=store.database.url, max_queued_jobs=2)
    start()
    start()
    with pytest.raises(QueueFull, match="2 jobs wait") as raised:
        start_training(TrainRequest(dataset=dataset.name, model="m"), store=store, engine=engine, settings=settings)
    assert int(raised.value.headers["Retry-After"]) > 0
    assert len(engine.submitted) == 2


def test_a_start_is_resolved_to_a_version(store, start):
    execute_training(start(model="first", hidden_layers=[4], epochs=1).id, store=store)
    assert start(init_from="first", hidden_layers=[4]).init_from == "first:1"
    with pytest.raises(ModelNotFound):
        start(init_from="first:2", hidden_layers=[4])


def test_a_start_from_other_parameters_than_were_registered_is_refused(store, start):
    execute_training(start(model="first", hidden_layers=[4], epochs=1).id, store=store)
    waiting = start(init_from="first:1", hidden_layers=[4])
    file = store.files.path("models/first/1.h5")
    file.write_bytes(file.read_bytes() + b"more")  # which h5py reads as before
    with pytest.raises(ModelNotServable, match="first:1 has changed"):
        start(init_from="first:1", hidden_layers=[4])
    execute_training(waiting.id, store=store)
    assert get_job(waiting.id, store=store).error.code == "model-not-servable"


def test_all_differences_to_a_start_are_told(store, start):
    execute_training(start(model="first", hidden_layers=[4], epochs=1).id, store=store)
    with pytest.raises(DifferentNetwork) as raised:
        start(init_from="first:1", hidden_layers=[5, 5], activation="tanh")
    assert "layer sizes [12288, 4, 1] there, [12288, 5, 5, 1] here" in raised.value.detail
    assert "activation relu there, tanh here" in raised.value.detail


def test_what_needs_all_images_as_floats_is_refused_for_too_many(dataset, settings):
    many = dataset.model_copy(update={"images": {"train": 60_000}})
    dropped = {"input_dropout": 0.2, "dtype": "float32"}
    request = TrainRequest(dataset="shades", model="m", check_gradients_every=1, hyperparameters={"epochs": 1})
    for hyperparameters in (dropped | {"batch_size": 64}, {"dtype": "float32"}):
        check_size(Hyperparameters(**hyperparameters), dataset=many, settings=settings)
    check_size(Hyperparameters(**dropped), dataset=dataset, settings=settings)
    check_gradient_checks(request, dataset=dataset)
    with pytest.raises(InvalidRequest, match="all images at once, 2949120000 bytes") as refused:
        check_size(Hyperparameters(**dropped), dataset=many, settings=settings)
    assert refused.value.errors[0].pointer == "/hyperparameters/batch_size"
    with pytest.raises(InvalidRequest, match="all images at once, 5898240000 bytes") as refused:
        check_gradient_checks(request, dataset=many)
    assert refused.value.errors[0].pointer == "/check_gradients_every"
