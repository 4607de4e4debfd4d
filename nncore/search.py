"""The candidates of a search over hyperparameters: every combination of choices, or draws from choices and ranges."""

import difflib
import itertools
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np

from nncore.errors import InvalidHyperparameter
from nncore.hyperparameters import Hyperparameters
from nncore.randomness import generator

Values: TypeAlias = dict[str, Any]

LARGEST_GRID = 2**60  # places that a draw can number
WHOLE = ("epochs", "batch_size", "seed")  # hyperparameters that are whole numbers
DRAWS = 10  # for each candidate that is wanted, before the choices count as exhausted


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, all alike, or alike in their logarithm."""

    low: float
    high: float
    logarithmic: bool = False

    def draw(self, random: np.random.Generator) -> float:
        """Return one of the numbers."""
        part = float(random.random())
        if self.logarithmic:
            return self.low * math.exp(part * math.log(self.high / self.low))
        return self.low + part * (self.high - self.low)


Space: TypeAlias = dict[str, "Range | list[Any]"]


def candidates_of(search: Mapping[str, Any], *, count: int | None = None, seed: int = 1) -> list[Values]:
    """Return the hyperparameters that each candidate has beside the fixed ones, no two candidates alike.

    A list is a set of choices; {"uniform": [a, b]} and {"log_uniform": [a, b]} are ranges, rounded where a
    hyperparameter is a whole number. Without a count it is every combination, and only lists can be combined; with
    one, that many draws, or fewer where there are no more. Raises InvalidHyperparameter, its field a name of `search`.
    """
    space = {name: _read(name, search[name]) for name in sorted(search)}
    if count is None:
        return list(_grid(space))
    size = size_of(space)
    if size <= count:
        return list(_grid(space))
    random = generator(seed=seed, epoch=0, purpose="search")
    if size < LARGEST_GRID:
        places = random.choice(int(size), size=count, replace=False)
        return list(_distinct(_at(space, int(place)) for place in places))
    drawn = ({name: _draw(name, choices, random) for name, choices in space.items()} for _ in range(DRAWS * count))
    return list(itertools.islice(_distinct(drawn), count))


def size_of(search: Mapping[str, Any]) -> float:
    """Return how many combinations there are; infinity where there is a range."""
    return math.prod(len(choices) if isinstance(choices, list) else math.inf for choices in search.values())


def _grid(space: Space) -> Iterator[Values]:
    lists = [_choices(name, choices) for name, choices in space.items()]
    return _distinct(dict(zip(space, values, strict=True)) for values in itertools.product(*lists))


def _choices(name: str, choices: Range | list[Any]) -> list[Any]:
    if isinstance(choices, Range):
        raise _invalid(name, f"{name} is a range, which has no end of values; say how many candidates to draw")
    return choices


def _at(space: Space, place: int) -> Values:
    """Return the combination at this place of the grid."""
    values = {}
    for name, choices in space.items():
        assert isinstance(choices, list)  # noqa: S101, a range has no places
        place, chosen = divmod(place, len(choices))
        values[name] = choices[chosen]
    return values


def _draw(name: str, choices: Range | list[Any], random: np.random.Generator) -> Any:
    if isinstance(choices, list):
        return choices[int(random.integers(len(choices)))]
    return round(choices.draw(random)) if name in WHOLE else choices.draw(random)


def _distinct(candidates: Iterable[Values]) -> Iterator[Values]:
    seen: set[str] = set()
    for candidate in candidates:
        if repr(candidate) not in seen:
            seen.add(repr(candidate))
            yield candidate


def _read(name: str, given: Any) -> Range | list[Any]:
    _check_name(name)
    if isinstance(given, Sequence) and not isinstance(given, str):
        if not given:
            raise _invalid(name, f"{name} has no choices; a list of at least one is right")
        return list({_as_told_apart(choice): choice for choice in given}.values())
    if isinstance(given, Mapping) and len(given) == 1 and set(given) <= {"uniform", "log_uniform"}:
        [(kind, ends)] = given.items()
        return _range(name, ends, logarithmic=kind == "log_uniform")
    raise _invalid(name, f'{name} is {given!r}; a list of choices, {{"uniform": [a, b]}} or "log_uniform" is right')


def _as_told_apart(choice: Any) -> float | str:
    """Return the same for 1 and 1.0, with which a training does the same."""
    return choice if _is_number(choice) else repr(choice)


def _range(name: str, ends: Any, *, logarithmic: bool) -> Range:
    if not _is_numeric(name):
        raise _invalid(name, f"{name} is no number, so it has no range; a list of choices is right")
    is_pair = isinstance(ends, Sequence) and len(ends) == 2 and all(map(_is_number, ends))
    if not is_pair or not ends[0] < ends[1] or (logarithmic and ends[0] <= 0):
        above = ", both above 0" if logarithmic else ""
        raise _invalid(name, f"the range of {name} is {ends!r}; two numbers are right, the smaller one first{above}")
    low, high = map(float, ends)
    if not math.isfinite(high / low if logarithmic else high - low):
        raise _invalid(name, f"the range of {name} is {ends!r}, too wide to draw from; a narrower one is right")
    return Range(low=low, high=high, logarithmic=logarithmic)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _is_numeric(name: str) -> bool:
    kinds = {field.name: field.type for field in fields(Hyperparameters)}
    return kinds[name] in (int, float, int | None, float | None)


def _check_name(name: str) -> None:
    known = [field.name for field in fields(Hyperparameters)]
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
        raise _invalid(name, f"{name!r} is no hyperparameter; the nearest one is {nearest}")


def _invalid(name: str, message: str) -> InvalidHyperparameter:
    return InvalidHyperparameter(message, field=name)
