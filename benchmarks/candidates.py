"""A search: 64 candidates of the series' network in 5 folds, 1,000 epochs.

320 networks are trained as lanes, as many at a time as a search takes, and each is asked about its fold in the end. The
peers train one candidate in one fold at a time, for a 25th of the epochs and without looking at what is held out; their
times are scaled. All times are those of one network.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks.images import cats
from benchmarks.measure import Contender, blas_threads, seconds, take_turns, times, verdict
from benchmarks.peers import PEERS
from benchmarks.series import SERIES, SHARE, TRAINING
from nncore import Hyperparameters, Tuning
from nncore.arrays import DTYPES, Labels, Pixels
from nncore.cross_validation import CrossValidation
from nncore.folds import Folds, stratified_folds

CANDIDATES, FOLDS, EPOCHS = 64, 5, 1000


def rows() -> list[dict[str, str]]:
    """Time all lanes, and each peer once, in both dtypes, with one and two threads."""
    images, labels = cats()
    trained_on = stratified_folds(labels, folds=FOLDS, seed=1) != 0
    table = []
    for dtype in DTYPES:
        lanes = [
            replace(SERIES, learning_rate=rate, epochs=EPOCHS, dtype=dtype) for rate in np.geomspace(0.001, 0.1, 64)
        ]
        X = (images.reshape(len(images), -1) / 255).astype(dtype)[trained_on]
        work = {
            name: partial(peer, X, labels[trained_on], **TRAINING, epochs=EPOCHS // SHARE)
            for name, peer in PEERS.items()
        }
        contenders = [
            Contender("nncore", partial(cross_validate, images, labels, lanes, FOLDS), whole=1 / (CANDIDATES * FOLDS)),
            *(Contender(name, run, whole=SHARE) for name, run in work.items()),
        ]
        for threads in (1, 2):
            with blas_threads(threads):
                measured = take_turns(contenders, rounds=3, warm_up=False)
            line = {"dtype": dtype, "threads": str(threads)} | {
                one.name: seconds(measured.of(one.name)) for one in contenders
            }
            ratio = min(measured.ratio(name, to="nncore") for name in PEERS)
            table.append(line | {"than the faster peer": times(ratio), "times faster": verdict(ratio, least=80)})
    return table


def cross_validate(images: Pixels, labels: Labels, candidates: list[Hyperparameters], folds: Folds) -> CrossValidation:
    """Train every candidate once without each of the folds."""
    search = Tuning(images, labels, classes=2, candidates=candidates, folds=folds, seed=1).part(1, of=1)
    for _ in search:
        pass
    return search
