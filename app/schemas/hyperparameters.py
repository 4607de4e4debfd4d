"""Hyperparameters, as they are asked for."""

from typing import Annotated, Literal

from pydantic import Field

from app.schemas.fields import LARGEST_INTEGER, Count, Positive, Rate, Share, Units
from app.schemas.request import Request
from nncore.early_stopping import EarlyStopping as NetworkEarlyStopping
from nncore.hyperparameters import LARGEST_SEED
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters
from nncore.recipe import RECIPE as NETWORK_RECIPE
from nncore.schedules import Schedule as NetworkSchedule

DEFAULTS = NetworkHyperparameters().to_json()
SCHEDULE, STOPPING = NetworkSchedule(), NetworkEarlyStopping()


class Schedule(Request):
    """How the learning rate changes from epoch to epoch."""

    kind: Literal["constant", "step", "exponential", "inverse_time", "cosine"] = SCHEDULE.kind  # type: ignore[assignment]
    """constant, or falling: by a factor every so many epochs, smoothly, with 1 / (1 + t), or along a cosine."""
    factor: Annotated[float, Field(gt=0, le=1)] = SCHEDULE.factor
    """What the rate is multiplied by."""
    every: Count = SCHEDULE.every
    """Every how many epochs."""
    warmup: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = SCHEDULE.warmup
    """Over how many epochs the rate first rises from near 0."""


class EarlyStopping(Request):
    """When a training ends before its last epoch."""

    monitor: Literal["cost", "accuracy", "validation_cost", "validation_accuracy"] = STOPPING.monitor  # type: ignore[assignment]
    """What is watched."""
    patience: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = STOPPING.patience
    """How many epochs it may fail to get better before the training ends."""
    min_delta: Rate = STOPPING.min_delta
    """How much better counts as better."""
    restore_best: bool = STOPPING.restore_best
    """Whether the parameters of the best epoch are the result."""


class Hyperparameters(Request):
    """How a network looks and how it is trained; every one has a default."""

    hidden_layers: list[Units] = Field(default=DEFAULTS["hidden_layers"], max_length=64)
    """How many units each hidden layer has, the one next to the pixels first."""
    activation: Literal["sigmoid", "tanh", "relu", "leaky_relu"] = DEFAULTS["activation"]
    """What a hidden unit makes of its weighted sum."""
    initializer: Literal["small_random", "zeros", "large_random", "he", "xavier"] = DEFAULTS["initializer"]
    """How the first weights are drawn; small_random is the one of the series."""
    optimizer: Literal["gradient_descent", "momentum", "nesterov", "rmsprop", "adam"] = DEFAULTS["optimizer"]
    """How gradients become steps."""
    learning_rate: Positive = DEFAULTS["learning_rate"]
    """How far one step goes."""
    epochs: Count = DEFAULTS["epochs"]
    """How often the training goes through all images."""
    batch_size: Count | None = DEFAULTS["batch_size"]
    """Images per update; none is all at once, as in the series."""
    momentum: Share | None = None
    """How much of the step before goes into the next; none is 0.9 for momentum and nesterov, else 0."""
    beta1: Share = DEFAULTS["beta1"]
    """How long Adam remembers gradients."""
    beta2: Share = DEFAULTS["beta2"]
    """How long Adam and RMSprop remember squares of gradients."""
    epsilon: Positive = DEFAULTS["epsilon"]
    """What keeps Adam and RMSprop from dividing by zero."""
    schedule: Schedule | None = DEFAULTS["schedule"]
    """How the learning rate changes from epoch to epoch; none is constant."""
    clip_norm: Positive | None = DEFAULTS["clip_norm"]
    """The longest that a gradient may be; a longer one is scaled down."""
    l2: Rate = DEFAULTS["l2"]
    """How strongly large weights are pulled towards zero."""
    dropout: Share = DEFAULTS["dropout"]
    """The share of hidden units that are left out at each update."""
    input_dropout: Share = DEFAULTS["input_dropout"]
    """The share of pixels that are left out at each update."""
    class_weight: Literal["balanced"] | dict[str, Rate] | None = DEFAULTS["class_weight"]
    """Either "balanced", or a weight for each class, as {"cat": 2, "dog": 1}."""
    normalization: Literal["scale", "standardize", "none"] = DEFAULTS["normalization"]
    """How pixels become inputs: over 255, or less their mean and over their deviation, or as they are."""
    validation_fraction: Share = DEFAULTS["validation_fraction"]
    """The share of the training images that is held out to validate on."""
    early_stopping: EarlyStopping | None = DEFAULTS["early_stopping"]
    """When the training ends before its last epoch; none is never."""
    first_layer: Literal["auto", "sample_space", "weight_space"] = DEFAULTS["first_layer"]
    """Which form of the first layer trains; auto is the faster one, with the same result."""
    dtype: Literal["float64", "float32"] = DEFAULTS["dtype"]
    """The precision of the arithmetic; float32 is faster."""
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = DEFAULTS["seed"]
    """Where all randomness comes from; the same seed, the same bits."""

    def for_the_network(self) -> NetworkHyperparameters:
        """Return them as the network knows them; raises InvalidHyperparameter for values that contradict each other."""
        return NetworkHyperparameters.from_json(self.model_dump())


RECIPE = Hyperparameters(**{name: value for name, value in NETWORK_RECIPE.to_json().items() if value != DEFAULTS[name]})
"""What a request that says nothing of hyperparameters asks for."""
