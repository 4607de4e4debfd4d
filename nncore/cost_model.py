"""Which form of the first layer is faster: seconds of arithmetic and of memory traffic, estimated.

The rates were measured on one core of a small server (benchmarks/RESULTS.md); only their ratios matter.
"""

from dataclasses import dataclass

from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters
from nncore.optimizers import LINEAR

LARGE_PRODUCT = 3.5e10  # multiplications and additions a second in K, whose matrices are all large
SMALL_PRODUCT = 1.6e10  # the same in the products of an epoch, of which one side has a few units only
UPDATE = 4e-10  # seconds for each number of a matrix that an optimizer steps
LARGEST_GRAM = 2_000_000_000  # bytes of K


@dataclass(frozen=True)
class Work:
    """What a training has to do: n images of d inputs, so many units in the first layer in all lanes."""

    n: int
    d: int
    units: int
    epochs: int
    steps: int  # updates in an epoch
    itemsize: int
    gram_known: bool = False


def sample_space_seconds(work: Work) -> float:
    """Return the time for K, and for n x n products and n-wide updates in every epoch."""
    gram = 0.0 if work.gram_known else work.n * work.n * work.d / LARGE_PRODUCT
    ends = 4 * work.units * work.n * work.d / SMALL_PRODUCT  # the first Z1, and W1 in the end
    epoch = 2 * work.units * work.n * work.n / SMALL_PRODUCT + work.steps * work.units * work.n * UPDATE
    return (gram + ends + work.epochs * epoch) * work.itemsize / 8


def weight_space_seconds(work: Work) -> float:
    """Return the time for d-wide products, forward and back, and d-wide updates in every epoch."""
    epoch = 4 * work.units * work.n * work.d / SMALL_PRODUCT + work.steps * work.units * work.d * UPDATE
    return work.epochs * epoch * work.itemsize / 8


def refusal(hyperparameters: Hyperparameters) -> str | None:
    """Return why these hyperparameters cannot train in sample space, or None."""
    if hyperparameters.optimizer not in LINEAR:
        return f"the steps of {hyperparameters.optimizer} are no combinations of past gradients"
    if hyperparameters.input_dropout:
        return "dropout on the inputs gives other images in every step"
    return None


def check_first_layer(hyperparameters: Hyperparameters) -> None:
    """Raise InvalidHyperparameter where sample space is asked for and cannot be."""
    reason = refusal(hyperparameters)
    if hyperparameters.first_layer == "sample_space" and reason:
        message = f"first_layer is sample_space, but {reason}; weight_space or auto is right"
        raise InvalidHyperparameter(message, field="first_layer")


def choose(hyperparameters: Hyperparameters, work: Work) -> str:
    """Return "sample_space" or "weight_space"; raises InvalidHyperparameter where what is asked for cannot be."""
    check_first_layer(hyperparameters)
    if hyperparameters.first_layer != "auto":
        return hyperparameters.first_layer
    too_large = work.n * work.n * work.itemsize > LARGEST_GRAM
    slower = sample_space_seconds(work) > weight_space_seconds(work)
    return "weight_space" if refusal(hyperparameters) or too_large or slower else "sample_space"
