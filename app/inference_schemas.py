"""What goes in and out under /v2: the Open Inference Protocol, version 2."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.fields import Json

MOST_SIDES = 16
"""How many a shape may have; each that is wrong has an error of its own."""
MOST_OUTPUTS = 16
"""How many a request may want, each of which is answered, be it the same again."""


class InferInput(BaseModel):
    """A tensor that a client sends; its data stand here, or as so many bytes behind the JSON."""

    model_config = ConfigDict(strict=True)

    name: str
    datatype: str
    shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=MOST_SIDES)]
    parameters: Json = {}
    data: list[Any] | None = None


class InferOutput(BaseModel):
    """A tensor that a client wants back."""

    model_config = ConfigDict(strict=True)

    name: str
    parameters: Json = {}


class InferRequest(BaseModel):
    """A request for an answer."""

    model_config = ConfigDict(strict=True)

    id: str | None = None
    parameters: Json = {}
    inputs: Annotated[list[InferInput], Field(min_length=1, max_length=1)]
    outputs: Annotated[list[InferOutput], Field(max_length=MOST_OUTPUTS)] | None = None


class ServerMetadata(BaseModel):
    """What the server is and can do beyond the core of the protocol."""

    name: str
    version: str
    extensions: list[str]


class TensorMetadata(BaseModel):
    """What a tensor is like; -1 is as many as there are pictures."""

    name: str
    datatype: str
    shape: list[int]


class ModelMetadata(BaseModel):
    """What a model takes, one of its inputs at a time, and answers."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class RepositoryQuery(BaseModel):
    """Which versions are to be listed."""

    model_config = ConfigDict(strict=True)

    ready: bool = False


class RepositoryEntry(BaseModel):
    """A version, and whether it may be asked, as far as that is known without reading its file."""

    name: str
    version: str
    state: Literal["READY", "UNAVAILABLE"]
    reason: str


class InferenceError(BaseModel):
    """What was wrong."""

    error: str
