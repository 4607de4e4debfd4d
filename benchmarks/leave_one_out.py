"""Leave one out: the series' network 209 times, 3,000 epochs.

Every network is trained without one of the images and asked about that one; they are lanes, as many at a time as a
search takes.
"""

from dataclasses import replace
from functools import partial

from benchmarks.candidates import cross_validate
from benchmarks.images import cats
from benchmarks.measure import Contender, blas_threads, seconds, take_turns, verdict
from benchmarks.series import SERIES
from nncore.arrays import DTYPES


def rows() -> list[dict[str, str]]:
    """Time it in both dtypes, with one thread."""
    images, labels = cats()
    contenders = []
    for dtype in DTYPES:
        lanes = [replace(SERIES, dtype=dtype)]
        contenders.append(Contender(dtype, partial(cross_validate, images, labels, lanes, "leave-one-out")))
    with blas_threads(1):
        measured = take_turns(contenders, rounds=3, warm_up=False)
    return [
        {
            "dtype": dtype,
            "networks": str(len(images)),
            "time": seconds(measured.of(dtype)),
            "seconds": verdict(measured.of(dtype), most=30),
        }
        for dtype in DTYPES
    ]
