"""A neural network written from scratch in NumPy: small image classifiers, many at once as lanes."""

from nncore.errors import Diverged, InvalidData, InvalidHyperparameter, InvalidParameterFile, NncoreError
from nncore.hyperparameters import Hyperparameters
from nncore.network import Network
from nncore.recipe import RECIPE
from nncore.trained_model import TrainedModel
from nncore.training import Training, train
from nncore.tuning import Tuning

__all__ = [
    "RECIPE",
    "Diverged",
    "Hyperparameters",
    "InvalidData",
    "InvalidHyperparameter",
    "InvalidParameterFile",
    "Network",
    "NncoreError",
    "TrainedModel",
    "Training",
    "Tuning",
    "train",
]
