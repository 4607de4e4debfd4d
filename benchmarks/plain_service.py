"""A classifier behind FastAPI as it is usually written, to compare with: `uvicorn benchmarks.plain_service:app`."""

import os
from typing import Annotated

import numpy as np
from fastapi import FastAPI, File, UploadFile
from PIL import Image
from pydantic import BaseModel

CLASSES = ["ring", "star"]
WEIGHTS = np.load(os.environ["WEIGHTS"]) if "WEIGHTS" in os.environ else {}


class Answer(BaseModel):
    """What is on a picture."""

    label: str
    probabilities: dict[str, float]


app = FastAPI()


@app.post("/predict")
def predict(file: Annotated[UploadFile, File()]) -> Answer:
    """Say what is on a picture."""
    image = Image.open(file.file).convert("RGB").resize((64, 64))
    A = np.asarray(image).reshape(1, -1).T / 255
    A = np.maximum(WEIGHTS["W1"] @ A + WEIGHTS["b1"], 0)
    p = float(1 / (1 + np.exp(-(WEIGHTS["W2"] @ A + WEIGHTS["b2"])[0, 0])))
    return Answer(label=CLASSES[p > 0.5], probabilities={CLASSES[0]: 1 - p, CLASSES[1]: p})
