"""Say what a model sees in pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from app.errors import FileTooLarge, ServiceError, problem
from app.images import Picture, read_image
from app.schemas import PredictAnswer, Prediction, Problem
from app.services.served_models import ServedModel, ServedModels
from app.settings import Settings


@dataclass(frozen=True)
class Upload:
    """A file that should be a picture; its size is in bytes."""

    filename: str | None
    file: BinaryIO
    size: int


def predict_pictures(
    uploads: Sequence[Upload], *, model: str | None, served: ServedModels, settings: Settings
) -> PredictAnswer:
    """Answer for every picture, with an error in the place of a file that is none.

    Raises ModelNotFound, ModelNotServable and, for a file that is alone, the error itself.
    """
    found = served.find(model)
    pictures = [_read(upload, settings=settings) for upload in uploads]
    if len(pictures) == 1 and isinstance(pictures[0], ServiceError):
        raise pictures[0]
    rows = iter(_probabilities([picture for picture in pictures if isinstance(picture, Picture)], found))
    predictions = [
        _prediction(picture, next(rows), filename=upload.filename, classes=found.version.classes)
        if isinstance(picture, Picture)
        else Prediction(filename=upload.filename, error=Problem(**problem(picture)))
        for upload, picture in zip(uploads, pictures, strict=True)
    ]
    return PredictAnswer(model=found.reference, predictions=predictions)


def _read(upload: Upload, *, settings: Settings) -> Picture | ServiceError:
    try:
        if upload.size > settings.max_image_bytes:
            raise FileTooLarge(f"the file has {upload.size} bytes; at most {settings.max_image_bytes} are read")
        return read_image(upload.file.read(), max_pixels=settings.max_pixels, formats=settings.formats)
    except ServiceError as error:
        return error


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
