"""Which form of the first layer is faster: seconds of arithmetic and of memory traffic, estimated.

The rates were measured on one core of a small server (benchmarks/RESULTS.md); only their ratios matter.
"""

from dataclasses import dataclass

from nncore.errors import InvalidHyperparameter
from nncore.first_layer import TILE_ROWS
from nncore.hyperparameters import Hyperparameters
from nncore.optimizers import LINEAR

PRODUCT = 1e11  # multiplications and additions a second in float64
READ = 5e-10  # seconds for each number of X or K that a product reads, in either dtype
UPDATE = 1.3e-9  # seconds for each number of the first layer that an optimizer steps, in float64
LARGEST_GRAM = 2_000_000_000  # bytes of K


@dataclass(frozen=True)
class Work:
    """What a training has to do: n images of d inputs, and in each lane so many units in the first layer."""

    n: int
    d: int
    units: int
    epochs: int
    steps: int  # updates in an epoch
    itemsize: int
    lanes: int = 1


def sample_space_seconds(work: Work) -> float:
    """Return the time for K, the first Z1 and W1 in the end, and for a product with K and n-wide updates an epoch.

    K may be at hand, but then as before a training must not depend on what else was trained: it counts always.
    """
    gram = work.n * work.n * work.d / PRODUCT * work.itemsize / 8
    ends = 2 * product_seconds(work, numbers=work.n * work.d, readings=work.lanes)
    tiles = -(-work.lanes * work.units // max(work.units, TILE_ROWS))
    epoch = product_seconds(work, numbers=work.n * work.n, readings=tiles) + update_seconds(work, columns=work.n)
    return gram + ends + work.epochs * epoch


def weight_space_seconds(work: Work) -> float:
    """Return the time for products with X, forward and back, and for d-wide updates an epoch."""
    epoch = 2 * product_seconds(work, numbers=work.n * work.d, readings=work.lanes)
    return work.epochs * (epoch + update_seconds(work, columns=work.d))


def product_seconds(work: Work, *, numbers: int, readings: int) -> float:
    """Return the time to multiply the first layers of all lanes with a matrix that is read so many times."""
    return numbers * (readings * READ + 2 * work.lanes * work.units / PRODUCT * work.itemsize / 8)


def update_seconds(work: Work, *, columns: int) -> float:
    """Return the time for an epoch's updates of the first layers of all lanes."""
    return work.steps * work.lanes * work.units * columns * UPDATE * work.itemsize / 8


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
