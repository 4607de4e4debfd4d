"""Curves, matrices and functions, drawn with Matplotlib; what was drawn a moment ago is not drawn again."""

import io
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from nncore.activations import ACTIVATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Kind = Literal["png", "svg"]

DOTS_PER_INCH = 120
LONGEST_NAME = 24  # characters at an axis
KEPT = 64  # drawings
ONE_AT_A_TIME = threading.RLock()  # Matplotlib's caches of fonts and texts are not made for threads
COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#444444",
)  # told apart by all (Okabe, Ito)


@dataclass(frozen=True)
class Curve:
    """The costs of one training, by epoch; None where a cost was no finite number."""

    label: str
    epochs: tuple[int, ...]
    costs: tuple[float | None, ...]
    validation_costs: tuple[float | None, ...] = ()


@lru_cache(maxsize=KEPT)
def draw_costs(curves: tuple[Curve, ...], *, kind: Kind) -> bytes:
    """Return the cost curves of one or more trainings in one picture; dashed, the costs on the validation images."""
    with ONE_AT_A_TIME:
        figure = _figure(width=7, height=4.2)
        axes = figure.subplots()
        for number, curve in enumerate(curves):
            colour = COLOURS[number % len(COLOURS)]
            axes.plot(curve.epochs, _numbers(curve.costs), color=colour, label=curve.label)
            if curve.validation_costs:
                label = f"{curve.label}, validation"
                axes.plot(curve.epochs, _numbers(curve.validation_costs), color=colour, linestyle="--", label=label)
        if not any(curve.epochs for curve in curves):
            axes.text(0.5, 0.5, "no epoch is recorded yet", ha="center", transform=axes.transAxes)
        axes.grid(alpha=0.25)
        _label(axes, title="Cost", x="epoch", y="cost")
        axes.legend(frameon=False)
        return _saved(figure, kind=kind)


@lru_cache(maxsize=KEPT)
def draw_confusion(confusion: tuple[tuple[int, ...], ...], *, names: tuple[str, ...], title: str) -> bytes:
    """Return the matrix of true classes (rows) and answers (columns) as PNG; colours are shares of the row."""
    counts = np.array(confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shown = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name in names]
    side = 2.6 + 0.55 * len(names)
    with ONE_AT_A_TIME:
        figure = _figure(width=side + 0.8, height=side)
        axes = figure.subplots()
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row, column in np.ndindex(counts.shape):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour)
        axes.set_xticks(range(len(names)), shown, rotation=30 if len(names) > 3 else 0)
        axes.set_yticks(range(len(names)), shown)
        _label(axes, title=title, x="answer", y="truth")
        return _saved(figure, kind="png")


@lru_cache(maxsize=1)
def draw_activations() -> bytes:
    """Return the activation functions and their derivatives as PNG, as the series draws them."""
    Z = np.linspace(-6, 6, 601)
    with ONE_AT_A_TIME:
        figure = _figure(width=9, height=6.5)
        for axes, (name, activation) in zip(figure.subplots(2, 2).flat, ACTIVATIONS.items(), strict=True):
            A = activation.function(Z.copy())
            axes.plot(Z, A, color=COLOURS[0], label=name.replace("_", " "))
            axes.plot(Z, activation.derivative(A), color=COLOURS[1], linestyle="--", label="its derivative")
            axes.grid(alpha=0.25)
            axes.set_ylim(*(-1.25, 1.25) if name in {"sigmoid", "tanh"} else (-1.25, 6))
            _label(axes, title=name.replace("_", " "), x="z", y="")
            axes.legend(frameon=False)
        return _saved(figure, kind="png")


def _figure(*, width: float, height: float) -> "Figure":
    from matplotlib import rcParams  # noqa: PLC0415, half a second that a service need not spend at its start
    from matplotlib.figure import Figure  # noqa: PLC0415

    rcParams["text.parse_math"] = False  # a name with two dollar signs is no formula
    rcParams["svg.hashsalt"] = "nncore"  # so that the same curves give the same file
    return Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")


def _label(axes: "Axes", *, title: str, x: str, y: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _saved(figure: "Figure", *, kind: Kind) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name in a script without a font here is drawn as boxes
        figure.savefig(buffer, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return buffer.getvalue()
