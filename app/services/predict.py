"""Say what a model sees in pictures."""

from collections.abc import Sequence

import numpy as np

from app.errors import problem
from app.images import Picture
from app.schemas import ModelReference, PredictAnswer, Prediction, Problem
from app.services.served_models import ServedModel, ServedModels
from app.services.uploaded_pictures import Upload, read_pictures
from app.settings import Settings


def predict_pictures(
    uploads: Sequence[Upload], *, model: str | None, served: ServedModels, settings: Settings
) -> PredictAnswer:
    """Answer for every picture, with an error in the place of a file that is none.

    Raises ModelNotFound, ModelNotServable and, for a file that is alone, the error itself.
    """
    found = served.find(model)
    pictures = read_pictures(uploads, settings=settings)
    rows = iter(_probabilities([picture for picture in pictures if isinstance(picture, Picture)], found))
    predictions = [
        _prediction(picture, next(rows), filename=upload.filename, classes=found.version.classes)
        if isinstance(picture, Picture)
        else Prediction(filename=upload.filename, error=Problem(**problem(picture)))
        for upload, picture in zip(uploads, pictures, strict=True)
    ]
    reference = ModelReference(name=found.version.name, version=found.version.version)
    return PredictAnswer(model=reference, predictions=predictions)


def _probabilities(pictures: Sequence[Picture], found: ServedModel) -> list[list[float]]:
    """The probability of each class for each picture."""
    if not pictures:
        return []
    rows: list[list[float]] = found.model.probabilities(np.stack([picture.pixels for picture in pictures])).tolist()
    return rows


def _prediction(picture: Picture, row: Sequence[float], *, filename: str | None, classes: Sequence[str]) -> Prediction:
    """The answer for one picture: its likeliest class, the first among equals."""
    best = max(range(len(classes)), key=row.__getitem__)
    return Prediction(
        filename=filename,
        label=classes[best],
        probability=row[best],
        probabilities=dict(zip(classes, row, strict=True)),
        actions=list(picture.actions),
    )
