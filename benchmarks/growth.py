"""Growth: more and more images of 12,288 inputs, 12288-5-5-1.

Random images; 50 epochs of the full batch, and 2 epochs in batches of 32. The first layer's form is what the cost model
chose. All begin with normalised floats and end with weights; the peers train a part of the epochs, and their times are
scaled. `memory` is what the peak of `nncore.train` was above the uint8 images that it was given, over what the images
take in that dtype; K, where there is one, is taken off before.
"""

import resource
from functools import partial

from benchmarks.images import random_images
from benchmarks.measure import Contender, blas_threads, in_fresh_process, seconds, take_turns, times, verdict
from benchmarks.peers import PEERS
from nncore import Hyperparameters, Training, train
from nncore.arrays import Array, Labels
from nncore.construction import work_of
from nncore.cost_model import choose
from nncore.normalization import Normalization

SIZES = (209, 1000, 4000, 10_000)
WORK = {"50 epochs": {"epochs": 50, "batch_size": None}, "2 epochs in batches of 32": {"epochs": 2, "batch_size": 32}}
SHARES = {"50 epochs": 10, "2 epochs in batches of 32": 2}
TRAINING = {"hidden_layers": (5, 5), "learning_rate": 0.003}


def rows() -> list[dict[str, str]]:
    """Time every size in both dtypes, with one thread; the memory in a process of its own."""
    return [in_fresh_process(row, n, dtype, work) for n in SIZES for dtype in ("float32", "float64") for work in WORK]


def row(n: int, dtype: str, work: str) -> dict[str, str]:
    """Time one size."""
    memory, form = in_fresh_process(peak, n, dtype, work)
    images, labels = random_images(n)
    X = Normalization().apply(images, dtype=dtype)
    share = SHARES[work]
    fewer = WORK[work] | {"epochs": WORK[work]["epochs"] // share}
    contenders = [
        Contender("nncore", partial(weights, X, labels, hyperparameters(dtype, work, normalization="none"))),
        *(Contender(name, partial(peer, X, labels, **TRAINING, **fewer), whole=share) for name, peer in PEERS.items()),
    ]
    with blas_threads(1):
        measured = take_turns(contenders, rounds=3, warm_up=n < 4000)
    ratio = min(measured.ratio(name, to="nncore") for name in PEERS)
    line = {"images": f"{n:,}", "dtype": dtype, "work": work, "first layer": form}
    line |= {one.name: seconds(measured.of(one.name)) for one in contenders}
    line |= {"than the faster peer": times(ratio), "ratio": verdict(ratio, least=1 / 1.1)}
    return line | {"memory": times(memory), "of the images": verdict(memory, most=1.3)}


def hyperparameters(dtype: str, work: str, *, normalization: str = "scale") -> Hyperparameters:
    """Return how nncore trains."""
    return Hyperparameters(
        **TRAINING,
        **WORK[work],
        activation="relu",
        initializer="he",
        optimizer="gradient_descent",
        normalization=normalization,
        class_weight=None,
        dtype=dtype,
    )


def weights(X: Array, labels: Labels, hyperparameters: Hyperparameters) -> list[Array]:
    """Train to the end, and return all weights in weight space."""
    training = Training(X, labels, classes=2, hyperparameters=hyperparameters)
    for _ in training:
        pass
    return training.network.weights


def peak(n: int, dtype: str, work: str) -> tuple[float, str]:
    """Return the peak memory of a training as a share of its images', and the form of its first layer."""
    train(*random_images(8), hyperparameters=hyperparameters(dtype, work))
    images, labels = random_images(n)
    before = highest_bytes()
    train(images, labels, hyperparameters=hyperparameters(dtype, work))
    used = highest_bytes() - before
    X = Normalization().apply(images, dtype=dtype)
    chosen = hyperparameters(dtype, work)
    form = choose(chosen, work_of([chosen], X=X, units=5))
    gram = n * n * X.itemsize if form == "sample_space" else 0
    return (used - gram) / X.nbytes, form


def highest_bytes() -> int:
    """Return the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
