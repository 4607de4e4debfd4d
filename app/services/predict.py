"""Say what a model sees in pictures."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from app.errors import ModelNotServable, ServiceError, problem
from app.images import Picture
from app.schemas.fields import Json
from app.schemas.predictions import PredictAnswer, Prediction
from app.schemas.problems import Problem
from app.services.served_models import ServedModel
from nncore.ensemble import uncertainty

QUICK_MULTIPLICATIONS = 10_000_000
"""Up to how many an answer is computed where the request is answered, in about two milliseconds."""


class Seen(NamedTuple):
    """What became of a file: a picture, or the error in its place."""

    filename: str | None
    picture: Picture | ServiceError


def predict_pictures(files: Sequence[Seen], *, found: ServedModel) -> PredictAnswer:
    """Answer for every picture, with an error in the place of a file that is none; raises that of a file alone."""
    if len(files) == 1 and isinstance(files[0].picture, ServiceError):
        raise files[0].picture
    rows = iter(_answers([file.picture for file in files if isinstance(file.picture, Picture)], found))
    predictions = [
        _prediction(file.picture, *next(rows), filename=file.filename, classes=found.version.classes)
        if isinstance(file.picture, Picture)
        else Prediction(filename=file.filename, error=Problem(**problem(file.picture)))
        for file in files
    ]
    return PredictAnswer(model=found.reference, predictions=predictions)


def is_quick(pictures: int, *, found: ServedModel) -> bool:
    """Whether a model's answer for so many pictures is computed in a moment."""
    parameters = found.model.network.parameters
    return pictures * (parameters.first.size + parameters.rest.size) <= QUICK_MULTIPLICATIONS


def _answers(pictures: Sequence[Picture], found: ServedModel) -> Iterator[tuple[list[float], Json]]:
    """For each picture the probability of each class and, where there are members, how far they are apart."""
    if not pictures:
        return iter(())
    members = found.model.member_probabilities(np.array([picture.pixels for picture in pictures]))
    if found.epoch is not None and not np.isfinite(members).all():
        raise ModelNotServable(f"{found.version.name} diverges: what it says of a picture here is no finite number")
    if len(members) == 1:
        return ((row, {}) for row in members[0].tolist())
    apart = [{"uncertainty": value} for value in uncertainty(members).tolist()]
    return zip(members.mean(axis=0).tolist(), apart, strict=True)


def _prediction(
    picture: Picture, row: Sequence[float], apart: Json, *, filename: str | None, classes: Sequence[str]
) -> Prediction:
    """The answer for one picture: its likeliest class, the first among equals."""
    best = max(range(len(classes)), key=row.__getitem__)
    return Prediction(
        **apart,
        filename=filename,
        label=classes[best],
        probability=row[best],
        probabilities=dict(zip(classes, row, strict=True)),
        actions=list(picture.actions),
    )
