from itertools import pairwise

import pytest

from app.errors import DatasetNotFound, InvalidRequest, ModelNotFound
from app.schemas.gradient_check import GradientCheckRequest
from app.services.check_gradients import check_described
from app.services.execute_training import execute_training
from app.services.served_models import ServedModels
from app.storage import datasets


@pytest.fixture
def check(store):
    """A function that checks what a body describes."""

    def check(**body: object):
        served = ServedModels(store, capacity=1)
        return check_described(GradientCheckRequest(**body), store=store, served=served)

    return check


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu"])
@pytest.mark.parametrize("sizes", [[12, 5, 4, 1], [27, 6, 3], [5, 1]])
def test_a_network_of_sizes_is_right_on_random_images(check, activation, sizes):
    hyperparameters = {"activation": activation, "initializer": "he", "l2": 0.5, "dropout": 0.3}
    answer = check(layer_sizes=sizes, hyperparameters=hyperparameters)
    assert answer.layer_sizes == sizes
    assert answer.parameters == sum(units * (inputs + 1) for inputs, units in pairwise(sizes))
    assert answer.images == 20
    assert answer.difference < 1e-6
    assert answer.worst.analytical == pytest.approx(answer.worst.numerical, abs=1e-6)
    assert answer.worst.parameter[0] in "Wb"


def test_float32_is_told_apart_from_float64(check):
    differences = [
        check(layer_sizes=[12, 5, 1], hyperparameters={"initializer": "he", "activation": "tanh", "dtype": dtype})
        for dtype in ("float32", "float64")
    ]
    assert differences[0].difference > 100 * differences[1].difference


@pytest.mark.parametrize("first_layer", ["auto", "sample_space"])
def test_a_new_network_on_a_dataset(check, dataset, first_layer):
    hyperparameters = {"initializer": "he", "class_weight": {"dark": 3.0}, "first_layer": first_layer}
    answer = check(dataset=dataset.name, hyperparameters=hyperparameters)
    assert (answer.parameters, answer.images) == (61_481, 8)
    assert answer.difference < 1e-6
    assert check(dataset=dataset.name, images=3).images == 3


def test_a_trained_model_as_it_is(check, store, start, dataset):
    job = start(model="m", epochs=3, activation="tanh", l2=0.1, dropout=0.2)
    execute_training(job.id, store=store)
    answer = check(model="m:1")
    assert (answer.parameters, answer.images) == (61_481, 8)
    assert answer.difference < 1e-6
    assert check(model="m", dataset=dataset.name, images=2).images == 2


@pytest.mark.parametrize(
    ("pointer", "body"),
    [
        ("/dataset", {}),
        ("/layer_sizes", {"layer_sizes": [4, 1], "dataset": "shades"}),
        ("/layer_sizes", {"layer_sizes": [4, 2]}),
        ("/hyperparameters", {"model": "m", "hyperparameters": {}}),
        ("/hyperparameters/input_dropout", {"layer_sizes": [4, 1], "hyperparameters": {"input_dropout": 0.5}}),
        ("/images", {"layer_sizes": [12288, 2000, 1]}),
        ("/images", {"layer_sizes": [4, 1], "images": 10_000_000}),
        ("/images", {"layer_sizes": [1, 1], "images": 3_000_000}),
    ],
)
def test_what_cannot_be_checked_has_a_pointer(check, pointer, body):
    with pytest.raises(InvalidRequest) as raised:
        check(**body)
    assert [error.pointer for error in raised.value.errors] == [pointer]


def test_what_is_not_there(check):
    with pytest.raises(DatasetNotFound):
        check(dataset="nothing")
    with pytest.raises(ModelNotFound):
        check(model="nothing")


def test_a_dataset_whose_file_was_deleted_meanwhile(check, store, dataset):
    with store.database.read() as connection:
        store.files.remove(datasets.file_of(connection, dataset.name))
    with pytest.raises(DatasetNotFound, match="no longer there"):
        check(dataset=dataset.name)
