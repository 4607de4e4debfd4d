"""Say which pixels spoke for a model's answer and which against it."""

from collections.abc import Sequence

from app.errors import ServiceError, problem
from app.images import IMAGE_SHAPE, Picture
from app.schemas.explanations import ExplainAnswer, Explanation
from app.schemas.problems import Problem
from app.services.predict import Seen
from app.services.served_models import ServedModel
from nncore.explanation import explain


def explain_pictures(files: Sequence[Seen], *, found: ServedModel) -> ExplainAnswer:
    """Explain the answer for every picture, with an error in the place of a file that is none.

    Raises NotExplainable and, for a file that is alone, its error.
    """
    if len(files) == 1 and isinstance(files[0].picture, ServiceError):
        raise files[0].picture
    explanations = [_explanation(file.picture, found, filename=file.filename) for file in files]
    reference = found.reference
    return ExplainAnswer(model=reference, explanations=explanations)


def _explanation(picture: Picture | ServiceError, found: ServedModel, *, filename: str | None) -> Explanation:
    if isinstance(picture, ServiceError):
        return Explanation(filename=filename, error=Problem(**problem(picture)))
    images = picture.pixels[None]
    [probabilities] = found.model.probabilities(images)
    label = int(probabilities.argmax())
    explained = explain(found.model.network, found.model.inputs(images), label=label)
    return Explanation(
        filename=filename,
        label=found.version.classes[label],
        probability=float(probabilities[label]),
        logit=explained.logit,
        bias=explained.bias,
        map=explained.shares.reshape(IMAGE_SHAPE).sum(axis=2).tolist(),
        residual=explained.residual,
    )
