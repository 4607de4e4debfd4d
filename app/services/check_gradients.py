"""Compare the gradients of a network that a request describes with numerical ones."""

import math
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from app.errors import InvalidRequest
from app.schemas.gradient_check import GradientCheckAnswer, GradientCheckRequest
from app.schemas.hyperparameters import Hyperparameters
from app.services.dataset_pictures import still_there
from app.services.served_models import ServedModels
from app.services.start_training import check_fit, layer_sizes
from app.storage import datasets
from app.storage.dataset_file import read_splits
from app.storage.store import Store
from nncore import Training
from nncore.errors import InvalidData
from nncore.gradient_check import PASSES, GradientCheck, check_gradients
from nncore.losses import output_units
from nncore.normalization import WHITE
from nncore.update import fixed_masks

SYNTHETIC_IMAGES = 20
LARGEST_WORK = 1e9  # steps of arithmetic: some seconds
LARGEST_NUMBERS = 2e7  # kept at a time

Images = tuple[NDArray[np.uint8], NDArray[np.int64]]


def check_described(request: GradientCheckRequest, *, store: Store, served: ServedModels) -> GradientCheckAnswer:
    """Check the network of the request.

    Raises InvalidRequest, DatasetNotFound, ModelNotFound, AliasNotFound, ModelNotServable and InvalidData.
    """
    _check_kind(request)
    began = time.perf_counter()
    with np.errstate(over="ignore", invalid="ignore"):
        if request.layer_sizes is not None:
            sizes, n, check = _of_sizes(request, request.layer_sizes)
        elif request.model is not None:
            sizes, n, check = _of_model(request, request.model, store=store, served=served)
        else:
            sizes, n, check = _of_dataset(request, str(request.dataset), store=store)
    if not math.isfinite(check.difference):
        raise InvalidData("the cost of this network, or a gradient of it, is no finite number")
    return GradientCheckAnswer(layer_sizes=list(sizes), images=n, seconds=time.perf_counter() - began, **vars(check))


Checked = tuple[tuple[int, ...], int, GradientCheck]


def _of_sizes(request: GradientCheckRequest, sizes: list[int]) -> Checked:
    """Check a new network of these layers on random images."""
    classes = max(2, sizes[-1])
    if output_units(classes) != sizes[-1]:
        raise _wrong("layer_sizes", "the last layer has 2 units; 1 is right for two classes, 3 and more for as many")
    n = request.images or SYNTHETIC_IMAGES
    _check_work(sizes, n)
    random = np.random.default_rng(request.hyperparameters.seed)
    images = random.integers(0, WHITE + 1, (n, sizes[0]), dtype=np.uint8)
    hidden = request.hyperparameters.model_copy(update={"hidden_layers": sizes[1:-1]})
    return _of_new(hidden, (images, np.arange(n) % classes), classes=[str(number) for number in range(classes)])


def _of_dataset(request: GradientCheckRequest, name: str, *, store: Store) -> Checked:
    """Check a new network on images of a dataset."""
    with store.database.read() as connection:
        dataset = datasets.get(connection, name)
    hyperparameters = request.hyperparameters
    check_fit(hyperparameters.for_the_network(), dataset=dataset)
    sizes = layer_sizes(hyperparameters, dataset=dataset)
    _check_work(sizes, min(request.images or dataset.images["train"], dataset.images["train"]))
    images = _read(name, store=store, most=request.images)
    return _of_new(hyperparameters, images, classes=dataset.classes)


def _of_new(hyperparameters: Hyperparameters, images: Images, *, classes: list[str]) -> Checked:
    asked = hyperparameters.for_the_network()
    if asked.input_dropout:
        raise _wrong("hyperparameters/input_dropout", "gradients are checked without dropout on the inputs; 0 is right")
    form = "weight_space" if asked.first_layer == "auto" else asked.first_layer  # which needs no Gram matrix
    asked = replace(asked, validation_fraction=0.0, early_stopping=None, first_layer=form)
    training = Training(*images, classes=classes, hyperparameters=asked)
    return training.network.layer_sizes, len(images[1]), training.check_gradients()


def _of_model(request: GradientCheckRequest, reference: str, *, store: Store, served: ServedModels) -> Checked:
    """Check a version of a model as it is, on images of the dataset it was trained on, or of another one."""
    found = served.find(reference)
    network, version = found.model.network, found.version
    name = request.dataset or version.dataset.name
    if name is None:
        raise _wrong("dataset", f"{reference} does not say on which dataset it was trained; name one")
    with store.database.read() as connection:
        dataset = datasets.get(connection, name)
    if dataset.classes != version.classes:
        raise _wrong("dataset", f"the classes of {name} are {dataset.classes}, those of {reference} {version.classes}")
    _check_work(network.layer_sizes, min(request.images or dataset.images["train"], dataset.images["train"]))
    images, labels = _read(name, store=store, most=request.images)
    asked = _hyperparameters_of(version.hyperparameters).for_the_network()
    masks = fixed_masks(asked, layer_sizes=network.layer_sizes, n=len(labels))
    check = check_gradients(network, images, labels, normalization=found.model.normalization, l2=asked.l2, masks=masks)
    return network.layer_sizes, len(labels), check


def _hyperparameters_of(values: dict[str, object]) -> Hyperparameters:
    """Return those of a parameter file, or the defaults where it was made elsewhere and names others."""
    try:
        return Hyperparameters.model_validate(values)
    except ValidationError:
        return Hyperparameters()


def _read(name: str, *, store: Store, most: int | None) -> Images:
    """Return so many of a dataset's training images, evenly from all of them."""
    with store.database.read() as connection:
        file = datasets.file_of(connection, name)
    with still_there(name):
        images, labels = read_splits(store.files.path(file))["train"]
        n = min(most or len(labels), len(labels))
        chosen = np.arange(n) * len(labels) // n
        return images[chosen], labels[chosen]


def _check_kind(request: GradientCheckRequest) -> None:
    if request.layer_sizes is not None and (request.dataset or request.model):
        raise _wrong("layer_sizes", "layer_sizes describe a network on random images; leave dataset and model out")
    if request.model is not None and "hyperparameters" in request.model_fields_set:
        raise _wrong("hyperparameters", "a model is checked with its own hyperparameters; leave them out")
    if not (request.dataset or request.model or request.layer_sizes):
        raise _wrong("dataset", "name a dataset or a model, or give layer_sizes for random images")


def _check_work(sizes: list[int] | tuple[int, ...], n: int) -> None:
    """Raise InvalidRequest for a check that would take too long, or more memory than an answer should."""
    work = 0.0
    for layer, units in enumerate(sizes[1:], start=1):
        later = sum(inputs * outputs for inputs, outputs in pairwise(sizes[layer:]))
        work += units * n * (sizes[layer - 1] + PASSES * (later + 1))
    numbers = n * max(sizes[0], PASSES * max(sizes[1:]))  # what is kept of an image: its pixels, and each unit's passes
    if work > LARGEST_WORK or numbers > LARGEST_NUMBERS:
        raise _wrong("images", f"a check of layers of {list(sizes)} on {n} images is too large; take fewer of either")


def _wrong(field: str, detail: str) -> InvalidRequest:
    return InvalidRequest.at(f"/{field}", detail)
