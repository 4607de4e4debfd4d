"""Adam: batches of 32, weight space, 12288-64-1, 2,000 images, float32.

What sample space cannot do: the steps of Adam are no combinations of past gradients. An epoch of random images.
"""

from functools import partial

from benchmarks.images import random_images
from benchmarks.measure import Contender, blas_threads, seconds, take_turns, times, verdict
from benchmarks.peers import PEERS
from nncore import Hyperparameters, Training
from nncore.normalization import Normalization

TRAINING = {"hidden_layers": (64,), "learning_rate": 1e-3, "epochs": 1, "batch_size": 32, "optimizer": "adam"}


def rows() -> list[dict[str, str]]:
    """Time an epoch of each, with one and two threads; all begin with normalised floats."""
    images, labels = random_images(2000)
    X = Normalization().apply(images, dtype="float32")
    hyperparameters = Hyperparameters(
        **TRAINING, activation="relu", initializer="he", normalization="none", class_weight=None, dtype="float32"
    )
    contenders = [
        Contender("nncore", partial(finish, X, labels, hyperparameters)),
        *(Contender(name, partial(peer, X, labels, **TRAINING)) for name, peer in PEERS.items()),
    ]
    table = []
    for threads in (1, 2):
        with blas_threads(threads):
            measured = take_turns(contenders, rounds=5)
        ratio = measured.ratio("PyTorch", to="nncore")
        line = {"threads": str(threads)} | {one.name: seconds(measured.of(one.name)) for one in contenders}
        table.append(line | {"PyTorch to nncore": times(ratio), "ratio": verdict(ratio, least=1)})
    return table


def finish(*arguments: object) -> None:
    """Train to the end."""
    X, labels, hyperparameters = arguments
    for _ in Training(X, labels, classes=2, hyperparameters=hyperparameters):
        pass
