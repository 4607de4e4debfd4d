"""Parameter files of networks of every kind, with pictures and what nncore itself says of them."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nncore import parameter_file
from nncore.activations import ACTIVATIONS
from nncore.network import Network
from nncore.normalization import NORMALIZATIONS, Normalization
from nncore.trained_model import TrainedModel

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 64, 64, 3), dtype=np.uint8)
KINDS = [  # activation, normalization, classes, members, dtype
    *[(activation, "scale", 2, 1, "float64") for activation in ACTIVATIONS],
    *[(activation, "standardize", 3, 2, "float32") for activation in ACTIVATIONS],
    *[("relu", normalization, 2, 3, "float64") for normalization in NORMALIZATIONS],
    *[("tanh", normalization, 3, 1, "float64") for normalization in NORMALIZATIONS],
]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(activation: str, normalization: str, classes: int, members: int, dtype: str) -> Path:
        random = np.random.default_rng(1)
        sizes = [64 * 64 * 3, 6, 4, 1 if classes == 2 else classes]
        shapes = [(members, units, inputs) for inputs, units in pairwise(sizes)]
        weights = [(3 * random.normal(size=shape) / shape[2] ** 0.5).astype(dtype) for shape in shapes]
        if normalization == "none":
            weights[0] /= 100
        biases = [random.normal(size=(*shape[:2], 1)).astype(dtype) for shape in shapes]
        model = TrainedModel(
            network=Network.from_arrays(weights, biases, activation=activation),
            normalization=Normalization.of(normalization, IMAGES),
            metrics={},
        )
        names = ["no 'cat'", 'Käfer\n"]', "c"][:classes]
        described = {"hyperparameters": {}, "preprocessing": {"depth": 8}, "dataset": {"name": "made"}}
        parameter_file.write(tmp_path / "made.h5", model=model, classes=names, **described)
        return tmp_path / "made.h5"

    return write


@pytest.fixture(params=KINDS, ids=str)
def path(write: Callable[..., Path], request: pytest.FixtureRequest) -> Path:
    return write(*request.param)


@pytest.fixture(scope="session")
def images() -> np.ndarray:
    return IMAGES
