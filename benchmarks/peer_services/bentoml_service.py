"""The classifier behind BentoML, as its documentation shows it: `bentoml serve bentoml_service:Service --port PORT`."""

import bentoml
from classifier import Classifier
from PIL.Image import Image


@bentoml.service
class Service:
    """Takes the field `file` of a form."""

    def __init__(self) -> None:
        """Load the classifier."""
        self.classify = Classifier()

    @bentoml.api
    def predict(self, file: Image) -> dict[str, object]:
        """Say what is on the picture."""
        return self.classify(file)
