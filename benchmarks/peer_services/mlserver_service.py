"""The classifier behind MLServer, as its documentation shows it: `mlserver start FOLDER`."""

from io import BytesIO

from classifier import Classifier
from mlserver import MLModel
from mlserver.codecs import Base64Codec
from mlserver.codecs.string import StringCodec
from mlserver.types import InferenceRequest, InferenceResponse
from PIL import Image


class Runtime(MLModel):
    """Takes the bytes of a picture in base64, the way of its protocol for JSON."""

    async def load(self) -> bool:
        """Load the classifier."""
        self.classify = Classifier()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Say what is on the picture."""
        [content] = Base64Codec.decode_input(payload.inputs[0])
        answer = self.classify(Image.open(BytesIO(content)))
        return InferenceResponse(
            model_name=self.name, outputs=[StringCodec.encode_output("label", [str(answer["label"])])]
        )
