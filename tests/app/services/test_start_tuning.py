import time

import pytest

from app.errors import InvalidRequest
from app.schemas.idempotency import RequestKey
from app.schemas.tuning import TuneRequest
from app.services.jobs import get_job
from app.services.start_tuning import start_tuning

SEARCH = {"learning_rate": [0.1, 0.2], "l2": {"uniform": [0, 1]}}


@pytest.fixture
def tune(store, engine, settings, dataset):
    def tune(*, limits=None, **body):
        request = TuneRequest(dataset=dataset.name, model="m", **{"folds": 2} | body)
        return start_tuning(request, store=store, engine=engine, settings=settings.model_copy(update=limits or {}))

    return tune


def test_a_search_becomes_a_row_and_reaches_the_engine(tune, store, engine):
    job = tune(search=SEARCH, candidates=3, hyperparameters={"epochs": 7}, members=2)
    assert engine.submitted == [job.id]
    assert get_job(job.id, store=store) == job
    assert (job.kind, job.members, job.hyperparameters["epochs"]) == ("tune", 2, 7)
    assert job.search.model_dump() == {
        "search": SEARCH,
        "fixed": {"epochs": 7},
        "folds": 2,
        "repeats": 1,
        "count": 3,
        "candidates": 3,
        "objective": "balanced_accuracy",
    }


def test_a_search_that_is_sent_again_gets_its_job_though_less_is_allowed_now(store, engine, settings, dataset):
    key = RequestKey(operation="tune", key="k", request="a")
    request = TuneRequest(dataset=dataset.name, model="m", folds=2, candidates=3, search=SEARCH)
    first, second = (
        start_tuning(request, store=store, engine=engine, settings=allowed, key=key)
        for allowed in (settings, settings.model_copy(update={"max_lanes": 1}))
    )
    assert second.id == first.id


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"search": {"learning_rte": [1]}}, "/search/learning_rte"),
        ({"search": {f"unknown-{number}": [1, 2] for number in range(300)}}, "/search/unknown-0"),
        ({"search": {"l2": [*range(20_000)]}, "candidates": 2}, "/search"),
        ({"search": {"l2": []}}, "/search/l2"),
        ({"search": {"l2": {"uniform": [2, 1]}}, "candidates": 3}, "/search/l2"),
        ({"search": SEARCH}, "/search/l2"),
        ({"search": {"learning_rate": [-1]}}, "/search/learning_rate"),
        ({"search": {"hidden_layers": [5]}}, "/search/hidden_layers"),
        ({"search": {"class_weight": [{"dog": 1}]}}, "/search/class_weight"),
        ({"search": {"momentum": [0.5]}, "hyperparameters": {"optimizer": "adam"}}, "/search/momentum"),
        ({"search": {"optimizer": ["adam"]}, "hyperparameters": {"momentum": 0.5}}, "/hyperparameters/momentum"),
        ({"hyperparameters": {"validation_fraction": 0.5}}, "/hyperparameters/validation_fraction"),
        ({"hyperparameters": {"early_stopping": {}}}, "/hyperparameters/early_stopping"),
        ({"folds": 5}, "/folds"),
        ({"folds": "leave-one-out", "repeats": 2}, "/repeats"),
        ({"limits": {"max_members": 3}, "members": 4}, "/members"),
        ({"limits": {"max_lanes": 5}, "search": {"seed": [1, 2, 3]}}, "/candidates"),
        ({"limits": {"max_lanes": 5}, "search": {"seed": [1, 2, 3, 4, 5, 6]}}, "/candidates"),
        ({"limits": {"max_lane_epochs": 5999}, "hyperparameters": {}}, "/candidates"),
        ({"limits": {"max_job_work": 4_000_000_000}, "hyperparameters": {}}, "/candidates"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_its_place(tune, engine, body, pointer):
    with pytest.raises(InvalidRequest) as caught:
        tune(**body)
    assert [field.pointer for field in caught.value.errors] == [pointer]
    assert engine.submitted == []


def test_nobody_who_writes_waits_for_the_checks(tune, store):
    with store.database.write(), pytest.raises(InvalidRequest, match="folds is 5"):
        tune(folds=5)  # would wait for itself if it had to write


@pytest.mark.parametrize("place", ["search", "hyperparameters"])
def test_names_that_are_no_classes_are_refused_before_all_candidates_have_them(tune, place):
    weights = {f"class-{number}": 1 for number in range(4000)}
    body = {"search": {"seed": [*range(3000)]}, "hyperparameters": {}}
    body[place]["class_weight"] = [weights] if place == "search" else weights
    began = time.process_time()
    with pytest.raises(InvalidRequest, match="class_weight names 'class-0'"):
        tune(**body)
    assert time.process_time() - began < 2  # and took many seconds, and gigabytes, when each had a copy


def test_momentum_that_nobody_gave_is_each_optimizer_s_own(tune):
    tune(search={"optimizer": ["gradient_descent", "momentum", "adam"]})
