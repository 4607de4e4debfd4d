"""What a training is told beside its images: the same names in the request, the job and the parameter file."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.arrays import DTYPES
from nncore.early_stopping import EarlyStopping
from nncore.errors import InvalidHyperparameter
from nncore.initializers import INITIALIZERS
from nncore.normalization import NORMALIZATIONS
from nncore.optimizers import OPTIMIZERS
from nncore.schedules import Schedule

LARGEST_SEED = 2**32 - 1  # what numpy.random.RandomState takes


@dataclass(frozen=True)
class Hyperparameters:
    """One network and how it is trained; raises InvalidHyperparameter for a value without a meaning."""

    hidden_layers: tuple[int, ...] = (5, 5)
    activation: str = "relu"
    initializer: str = "small_random"
    optimizer: str = "gradient_descent"
    learning_rate: float = 0.03
    epochs: int = 3000
    batch_size: int | None = None  # None is all images at once
    momentum: float | None = None  # None is 0.9 for the optimizers that are about it, and 0 for the others
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    schedule: Schedule | None = None
    clip_norm: float | None = None
    l2: float = 0.0
    dropout: float = 0.0
    input_dropout: float = 0.0
    class_weight: Literal["balanced"] | dict[str, float] | None = None
    normalization: str = "scale"
    validation_fraction: float = 0.0
    early_stopping: EarlyStopping | None = None
    first_layer: str = "auto"
    dtype: str = "float64"
    seed: int = 1

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "hidden_layers", tuple(self.hidden_layers))
        set_field(self, "schedule", _built("schedule", self.schedule, Schedule))
        set_field(self, "early_stopping", _built("early_stopping", self.early_stopping, EarlyStopping))
        if self.momentum is None:
            set_field(self, "momentum", 0.9 if self.optimizer in {"momentum", "nesterov"} else 0.0)
        self._check_choices()
        self._check_numbers()
        self._check_in_dtype()
        self._check_together()

    @property
    def shared(self) -> tuple[Any, ...]:
        """What lanes that are trained together have in common; they may differ in all else."""
        return tuple(repr(getattr(self, field.name)) for field in fields(self) if field.name not in OF_A_LANE)

    def to_json(self) -> dict[str, Any]:
        """Return the hyperparameters as JSON has them."""
        return asdict(self) | {"hidden_layers": list(self.hidden_layers)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Hyperparameters":
        """Return the hyperparameters of a JSON object; raises InvalidHyperparameter for a name it does not know."""
        known = {field.name for field in fields(cls)}
        for name in values:
            _check_choice(name, name, known)
        return cls(**values)

    def _check_choices(self) -> None:
        for name, choices in CHOICES.items():
            _check_choice(name, getattr(self, name), choices)

    def _check_numbers(self) -> None:
        sizes = all(units >= 1 for units in self.hidden_layers)
        _check("hidden_layers", self.hidden_layers, sizes, "sizes of at least 1")
        for name, (lowest, highest, wanted) in RANGES.items():
            value = getattr(self, name)
            _check(name, value, value is None or lowest <= value < highest, wanted)
        for name in ("learning_rate", "epsilon", "clip_norm"):
            value = getattr(self, name)
            _check(name, value, value is None or 0 < value < INFINITY, "a number above 0")

    @np.errstate(over="ignore")
    def _check_in_dtype(self) -> None:
        """Refuse what is in its range, but is rounded out of it as a number of this dtype: it would divide by zero."""
        for name, (is_right, wanted) in ROUNDED.items():
            rounded = float(np.asarray(getattr(self, name)).astype(self.dtype))
            _check(name, getattr(self, name), is_right(rounded), f"{wanted} as a {self.dtype}")

    def _check_together(self) -> None:
        if self.optimizer in {"rmsprop", "adam"} and self.momentum:
            message = f"momentum is {self.momentum}, which {self.optimizer} does not know; 0 is right"
            raise InvalidHyperparameter(message, field="momentum")
        weights = self.class_weight
        if isinstance(weights, str):
            _check("class_weight", weights, weights == "balanced", '"balanced" or a weight for each class')
        elif weights is not None:
            right = all(0 <= weight < INFINITY for weight in weights.values()) and any(weights.values())
            _check("class_weight", weights, right, "numbers of at least 0, not all of them 0")


INFINITY = float("inf")
OF_A_LANE = {"seed", "learning_rate", "momentum", "l2", "dropout", "clip_norm", "class_weight"}
CHOICES: dict[str, Collection[str]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "optimizer": OPTIMIZERS,
    "normalization": NORMALIZATIONS,
    "first_layer": ("auto", "sample_space", "weight_space"),
    "dtype": DTYPES,
}
RANGES: dict[str, tuple[float, float, str]] = {
    "epochs": (1, INFINITY, "at least 1"),
    "batch_size": (1, INFINITY, "at least 1, or none for all images at once"),
    "seed": (0, LARGEST_SEED + 1, f"from 0 to {LARGEST_SEED}"),
    "momentum": (0, 1, "at least 0 and below 1"),
    "beta1": (0, 1, "at least 0 and below 1"),
    "beta2": (0, 1, "at least 0 and below 1"),
    "l2": (0, INFINITY, "at least 0"),
    "dropout": (0, 1, "at least 0 and below 1"),
    "input_dropout": (0, 1, "at least 0 and below 1"),
    "validation_fraction": (0, 1, "at least 0 and below 1"),
}
ROUNDED: dict[str, tuple[Callable[[float], bool], str]] = {
    "epsilon": (lambda epsilon: epsilon > 0, "above 0"),
    "dropout": (lambda share: share < 1, "below 1"),
    "input_dropout": (lambda share: share < 1, "below 1"),
}


def _built(name: str, value: Any, kind: type) -> Any:
    if value is None or isinstance(value, kind):
        return value
    known = {field.name for field in fields(kind)}
    for key in value:
        _check(name, key, key in known, "made of " + ", ".join(sorted(known)))
    return kind(**value)


def _check(name: str, value: object, is_right: bool, wanted: str) -> None:  # noqa: FBT001
    if not is_right:
        message = f"{name} is {value!r}; it must be {wanted}"
        raise InvalidHyperparameter(message, field=name)


def _check_choice(name: str, value: object, choices: Collection[str]) -> None:
    _check(name, value, value in choices, "one of " + ", ".join(sorted(choices)))
