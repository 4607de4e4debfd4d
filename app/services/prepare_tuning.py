"""The candidates that a request to tune means, and the search that a job of kind tune is."""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import ValidationError

from app.errors import FieldProblem, InvalidRequest
from app.schemas.fields import Json
from app.schemas.hyperparameters import DEFAULTS, Hyperparameters
from app.schemas.jobs import Job
from app.schemas.tuning import Search
from nncore import Tuning
from nncore.arrays import Labels
from nncore.errors import InvalidHyperparameter
from nncore.gram import Grams
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters
from nncore.image_source import Images
from nncore.search import candidates_of

LabelledImages: TypeAlias = tuple[Images, Labels]


def prepare_tuning(
    job: Job, search: Search, *, splits: Mapping[str, LabelledImages], classes: list[str], grams: Grams
) -> Tuning:
    """Return the search, ready to begin; the same job always makes the same."""
    candidates = candidates_of_search(search.search, fixed=search.fixed, count=search.count)
    return Tuning(
        *splits["train"],
        classes=classes,
        candidates=[candidate.for_the_network() for candidate in candidates],
        folds=search.folds,
        repeats=search.repeats,
        seed=seed_of(search.fixed),
        members=job.members,
        objective=search.objective,
        searched=sorted(search.search),
        test=splits.get("test"),
        record_every=job.record_every,
        grams=grams,
    )


def candidates_of_search(search: Json, *, fixed: Json, count: int | None) -> list[Hyperparameters]:
    """Return each candidate with all its hyperparameters, given those that were fixed; raises InvalidRequest."""
    try:
        chosen = candidates_of(search, count=count, seed=seed_of(fixed))
    except InvalidHyperparameter as error:
        raise invalid_search(error, search=[error.field]) from error
    return [_candidate(fixed, values) for values in chosen]


def combinations(search: Json) -> float:
    """Return how many candidates a grid of these has, as far as they are lists for hyperparameters that there are."""
    return math.prod(len(choices) for name, choices in search.items() if name in DEFAULTS and isinstance(choices, list))


def seed_of(fixed: Json) -> int:
    """Return the seed by which images are dealt out and candidates drawn."""
    return int(fixed.get("seed", DEFAULTS["seed"]))


def for_the_network(candidate: Hyperparameters, *, search: Json) -> NetworkHyperparameters:
    """Return a candidate as the network knows it; raises InvalidRequest."""
    try:
        return candidate.for_the_network()
    except InvalidHyperparameter as error:
        raise invalid_search(error, search=search) from error


def invalid_search(error: InvalidHyperparameter, *, search: Any) -> InvalidRequest:
    """Return the error that leads to the field where the hyperparameter came from."""
    place = "search" if error.field in search else "hyperparameters"
    pointer = f"/{error.field}" if error.field in ("objective", "candidates") else f"/{place}/{error.field}"
    return InvalidRequest.at(pointer, str(error))


def _candidate(fixed: Json, values: Json) -> Hyperparameters:
    try:
        return Hyperparameters(**fixed | values)
    except ValidationError as error:
        faults = [
            FieldProblem(pointer=f"/search/{fault['loc'][0]}", detail=f"{fault['msg']}; got {fault['input']!r}")
            for fault in error.errors()
        ]
        raise InvalidRequest(f"{faults[0].pointer}: {faults[0].detail}", errors=faults) from error
