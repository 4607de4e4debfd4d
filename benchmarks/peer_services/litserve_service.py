"""The classifier behind LitServe, as its documentation shows it: `python litserve_service.py PORT`."""

import sys

import litserve
from classifier import Classifier
from fastapi import Request
from PIL import Image


class Api(litserve.LitAPI):
    """Takes the field `file` of a form."""

    def setup(self, device: str) -> None:  # noqa: ARG002
        """Load the classifier."""
        self.classify = Classifier()

    def decode_request(self, request: Request) -> Image.Image:
        """Open the picture."""
        return Image.open(request["file"].file)

    def predict(self, x: Image.Image) -> dict[str, object]:
        """Say what is on the picture."""
        return self.classify(x)

    def encode_response(self, output: dict[str, object]) -> dict[str, object]:
        """Return the answer as it is."""
        return output


if __name__ == "__main__":
    litserve.LitServer(Api(), accelerator="cpu").run(port=int(sys.argv[1]), generate_client_file=False)
