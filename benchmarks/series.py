"""The series' network: 209 images of cats, 12288-5-5-1, 3,000 epochs.

ReLU, full-batch gradient descent at a rate of 0.03. The time of nncore is that of `nncore.train`, from uint8 images to
a trained model with its metrics; that of the peers begins with normalised floats. The peers train a 25th of the
epochs, and their times are scaled.
"""

from functools import partial

from benchmarks.images import cats
from benchmarks.measure import Contender, Times, blas_threads, seconds, take_turns, times, verdict
from benchmarks.peers import PEERS
from nncore import Hyperparameters, train
from nncore.arrays import DTYPES

EPOCHS = 3000
SHARE = 25
TRAINING = {"hidden_layers": (5, 5), "learning_rate": 0.03}
SERIES = Hyperparameters(
    **TRAINING,
    activation="relu",
    initializer="small_random",
    optimizer="gradient_descent",
    epochs=EPOCHS,
    normalization="scale",
    class_weight=None,
)
BARS = {("float64", "float64"): 40, ("float64", "float32"): 20, ("float32", "float32"): 40}  # (ours, theirs)


def rows() -> list[dict[str, str]]:
    """Time nncore and both peers in both dtypes, with one and two threads."""
    table = []
    for threads in (1, 2):
        with blas_threads(threads):
            measured = take_turns(contenders(), rounds=3)
        table += [
            row(measured, threads=threads, ours=ours, theirs=theirs, bar=bar) for (ours, theirs), bar in BARS.items()
        ]
    return table


def contenders() -> list[Contender]:
    """Return nncore and its peers, each in both dtypes."""
    images, labels = cats()
    found = []
    for dtype in DTYPES:
        hyperparameters = Hyperparameters.from_json(SERIES.to_json() | {"dtype": dtype})
        found.append(Contender(f"nncore {dtype}", partial(train, images, labels, hyperparameters=hyperparameters)))
        X = (images.reshape(len(images), -1) / 255).astype(dtype)
        for name, peer in PEERS.items():
            work = partial(peer, X, labels, **TRAINING, epochs=EPOCHS // SHARE)
            found.append(Contender(f"{name} {dtype}", work, whole=SHARE))
    return found


def row(measured: Times, *, threads: int, ours: str, theirs: str, bar: float) -> dict[str, str]:
    """Compare nncore in one dtype with the peers in one."""
    line = {"threads": str(threads), "nncore": f"{ours}, {seconds(measured.of(f'nncore {ours}'))}", "peers": theirs}
    ratios = {name: measured.ratio(f"{name} {theirs}", to=f"nncore {ours}") for name in PEERS}
    for name, ratio in ratios.items():
        line[name] = f"{seconds(measured.of(f'{name} {theirs}'))}, {times(ratio)}"
    return line | {"times faster": verdict(min(ratios.values()), least=bar)}
