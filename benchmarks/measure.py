"""Timing side by side: contenders take turns, so that a slow moment of the machine hits all of them alike."""

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from typing import Any

from threadpoolctl import threadpool_limits


@dataclass(frozen=True)
class Contender:
    """Who is timed: `run` does the work, or only a share of it, `whole` times as much being all."""

    name: str
    run: Callable[[], object]
    whole: float = 1.0


@dataclass(frozen=True)
class Times:
    """The seconds of each contender, one a round."""

    seconds: dict[str, list[float]]

    def of(self, name: str) -> float:
        """Return the median of a contender."""
        return median(self.seconds[name])

    def ratio(self, name: str, *, to: str) -> float:
        """Return the median over the rounds of one contender's time over another's."""
        return median(a / b for a, b in zip(self.seconds[name], self.seconds[to], strict=True))


def take_turns(contenders: Sequence[Contender], *, rounds: int = 5, warm_up: bool = True) -> Times:
    """Call every contender once a round, after a round that does not count."""
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for number in range(-1 if warm_up else 0, rounds):
        for contender in contenders:
            gc.collect()
            start = perf_counter()
            contender.run()
            if number >= 0:
                seconds[contender.name].append((perf_counter() - start) * contender.whole)
    return Times(seconds)


@contextmanager
def blas_threads(count: int) -> Any:
    """Let every BLAS in this process, and PyTorch, use so many threads."""
    import torch  # noqa: PLC0415, a second that benchmarks without peers need not wait

    torch.set_num_threads(count)
    with threadpool_limits(count):
        yield


def in_fresh_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function of a module returns when it is called in a process that has done nothing yet."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def seconds(value: float) -> str:
    """Write a time."""
    if value >= 1:
        return f"{value:.3g} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"


def times(ratio: float) -> str:
    """Write a ratio."""
    return f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.2f}x"


def verdict(value: float, *, least: float | None = None, most: float | None = None) -> str:
    """Write whether a value keeps to its bar."""
    bar = f">= {least:g}" if least is not None else f"<= {most:g}"
    kept = value >= least if least is not None else most is not None and value <= most
    return f"{bar}: {'met' if kept else 'MISSED'}"
