"""Answer a request of the Open Inference Protocol."""

import asyncio
import json
import reprlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from app.errors import BodyTooLarge, InvalidRequest, MalformedRequest, ServiceError, TooManyFiles
from app.images import IMAGE_SHAPE, Picture, Pixels
from app.inference_schemas import InferInput, InferOutput, InferRequest, ModelMetadata, RepositoryQuery, TensorMetadata
from app.services.decoder import Decoder, IsGone
from app.services.predict import is_quick
from app.services.served_models import ServedModel
from app.services.tensors import DATATYPES, LENGTH, files_behind, files_of, pixels_of, refuse, to_bytes, to_json
from app.settings import Settings
from nncore.arrays import Array

INPUTS = {"UINT8": "image", "BYTES": "file"}
OUTPUTS = ("probabilities", "label")
VALUES_OF_A_PICTURE = 2 * prod(IMAGE_SHAPE)
"""How many commas and brackets the JSON of one may have: its numbers in lists of lists have a third more."""
OTHER_VALUES = 10_000

Told = TypeVar("Told", bound=BaseModel)


@dataclass(frozen=True)
class InferAnswer:
    """The JSON of an answer, and the tensors behind it."""

    header: bytes
    binary: bytes


def most_json(settings: Settings) -> int:
    """Return how many bytes of JSON are taken: those of any other, and one picture as Base64."""
    return settings.max_body_bytes + settings.max_image_bytes * 4 // 3


def parse(header: bytes, *, most_pictures: int) -> InferRequest:
    """Return the request that its JSON makes; raises MalformedRequest, InvalidRequest and BodyTooLarge."""
    values = sum(header.count(mark) for mark in b",[{")  # of which a picture as Base64 has none
    if values > most_pictures * VALUES_OF_A_PICTURE + OTHER_VALUES:
        raise BodyTooLarge(f"the JSON has {values} values, which is more than {most_pictures} pictures have")
    if (fields := header.count(b":")) > OTHER_VALUES:
        raise BodyTooLarge(f"the JSON has {fields} fields; at most {OTHER_VALUES} are taken")
    return _validated(InferRequest, header)


def parse_index(content: bytes) -> RepositoryQuery:
    """Return which versions are to be listed, all where nothing is told; raises MalformedRequest, InvalidRequest."""
    return _validated(RepositoryQuery, content) if content else RepositoryQuery()


def _validated(kind: type[Told], content: bytes) -> Told:
    try:
        return kind.model_validate(from_json(content))  # half as long as pydantic takes for both at once
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "".join(f"/{part}" for part in first["loc"])
        raise InvalidRequest(f"{place or 'the body'}: {first['msg']}") from error
    except ValueError as error:
        raise MalformedRequest(f"the body is no JSON: {error}") from error


def size_behind(request: InferRequest, *, settings: Settings) -> int:
    """Return how many bytes are to follow the JSON, once its input is judged.

    Raises InvalidRequest, TooManyFiles, and BodyTooLarge for more than the pictures of a request can have.
    """
    [tensor] = request.inputs
    _check_input(tensor, most_pictures=settings.max_files)
    size = tensor.parameters.get("binary_data_size")
    if (size is None) == (tensor.data is None):
        refuse(f"{tensor.name!r} needs either `data` or the parameter `binary_data_size`")
    if size is None:
        return 0
    if type(size) is not int or size < 0:
        refuse(f"`binary_data_size` is {reprlib.repr(size)}; a number of bytes is right")
    of_one = prod(IMAGE_SHAPE) if tensor.datatype == "UINT8" else LENGTH.size + settings.max_image_bytes
    if size > settings.max_files * of_one:
        told = f"{settings.max_files} pictures, the most of a request, have at most {settings.max_files * of_one} bytes"
        raise BodyTooLarge(f"`binary_data_size` is {size}, but {told}")
    return size


def _check_input(tensor: InferInput, *, most_pictures: int) -> None:
    if INPUTS.get(tensor.datatype) != tensor.name:
        told = " or ".join(f"{name!r} of datatype {datatype}" for datatype, name in INPUTS.items())
        given = f"{reprlib.repr(tensor.name)} of datatype {reprlib.repr(tensor.datatype)}"
        refuse(f"the input is {given}; right is {told}")
    if not tensor.shape or tensor.shape[0] == 0:
        refuse(f"the shape of {tensor.name!r} is {reprlib.repr(tensor.shape)}; there must be a picture")
    if tensor.shape[0] > most_pictures:
        raise TooManyFiles(f"there are {tensor.shape[0]} pictures; at most {most_pictures} are taken at a time")


def in_json(request: InferRequest, *, settings: Settings) -> Pixels | list[bytes]:
    """Return the pictures that stand in the JSON, as pixels or as files; raises InvalidRequest, FileTooLarge."""
    [tensor] = request.inputs
    if tensor.datatype == "UINT8":
        return pixels_of(tensor, b"")
    return files_of(tensor, most_bytes=settings.max_image_bytes)


async def behind_json(
    request: InferRequest, pieces: AsyncIterator[bytes], *, settings: Settings
) -> Pixels | AsyncIterator[bytes]:
    """Return the pictures whose bytes follow the JSON: pixels once all are there, or files to be taken as they come."""
    [tensor] = request.inputs
    if tensor.datatype == "UINT8":
        return pixels_of(tensor, b"".join([piece async for piece in pieces]))
    return files_behind(tensor, pieces, most_bytes=settings.max_image_bytes)


async def infer(
    request: InferRequest,
    sent: Pixels | list[bytes] | AsyncIterator[bytes],
    *,
    found: ServedModel,
    decoder: Decoder,
    is_gone: IsGone,
) -> InferAnswer:
    """Answer for pictures: pixels as they are, or files, which become pixels as everywhere.

    Raises InvalidRequest, and for a file that is no picture its error.
    """
    outputs = _outputs(request)
    files = _in_turn(sent) if isinstance(sent, list) else sent
    pixels = files if isinstance(files, np.ndarray) else await _decoded(files, decoder=decoder, is_gone=is_gone)
    if is_quick(len(pixels), found=found):
        probabilities = found.model.probabilities(pixels)
    else:
        probabilities = await decoder.work(lambda: found.model.probabilities(pixels), is_gone=is_gone)
    return _answer(request, outputs, probabilities, found=found)


def metadata(found: ServedModel, *, versions: Sequence[int]) -> ModelMetadata:
    """Describe what a model takes and answers."""
    datatype = DATATYPES[found.model.network.parameters.rest.dtype.name]
    return ModelMetadata(
        name=found.version.name,
        versions=[str(version) for version in versions],
        platform="nncore",
        inputs=[
            TensorMetadata(name=INPUTS["UINT8"], datatype="UINT8", shape=[-1, *IMAGE_SHAPE]),
            TensorMetadata(name=INPUTS["BYTES"], datatype="BYTES", shape=[-1]),
        ],
        outputs=[
            TensorMetadata(name="probabilities", datatype=datatype, shape=[-1, len(found.version.classes)]),
            TensorMetadata(name="label", datatype="BYTES", shape=[-1]),
        ],
    )


def _outputs(request: InferRequest) -> list[InferOutput]:
    wanted = request.outputs or [InferOutput(name=name) for name in OUTPUTS]
    for output in wanted:
        if output.name not in OUTPUTS:
            raise InvalidRequest(f"there is no output {reprlib.repr(output.name)}; there are {' and '.join(OUTPUTS)}")
        count = output.parameters.get("classification", 0)
        if type(count) is not int or count < 0 or (count and output.name != "probabilities"):
            raise InvalidRequest("`classification` is a number of classes, for the output probabilities")
        _is_binary(output, request)
    return wanted


def _is_binary(output: InferOutput, request: InferRequest) -> bool:
    """Whether an output is to follow the JSON as bytes; raises InvalidRequest for what is neither true nor false."""
    wanted = output.parameters.get("binary_data", request.parameters.get("binary_data_output", False))
    if type(wanted) is not bool:
        told = "`binary_data` of an output and `binary_data_output` are true or false"
        raise InvalidRequest(f"{told}; got {reprlib.repr(wanted)}")
    return wanted


async def _in_turn(files: Sequence[bytes]) -> AsyncIterator[bytes]:
    for file in files:
        yield file


async def _decoded(files: AsyncIterator[bytes], *, decoder: Decoder, is_gone: IsGone) -> Pixels:
    """Decode files side by side while the next come in."""
    begun: list[asyncio.Future[Picture | ServiceError]] = []
    async for file in files:
        begun.append(await decoder.begin(file, is_gone=is_gone, behind=len(begun)))
    pictures = [await picture for picture in begun]
    return np.stack([_pixels_or_error(picture, number) for number, picture in enumerate(pictures)])


def _pixels_or_error(picture: Picture | ServiceError, number: int) -> Pixels:
    if isinstance(picture, ServiceError):
        raise type(picture)(f"picture {number} of the input: {picture.detail}")
    return picture.pixels


def _answer(
    request: InferRequest, outputs: Sequence[InferOutput], probabilities: Array, *, found: ServedModel
) -> InferAnswer:
    told: list[dict[str, Any]] = []
    binary = []
    for output in outputs:
        values, shape, datatype = _values(output, probabilities, classes=found.version.classes)
        entry: dict[str, Any] = {"name": output.name, "datatype": datatype, "shape": shape}
        if _is_binary(output, request):
            binary.append(to_bytes(values))
            entry["parameters"] = {"binary_data_size": len(binary[-1])}
        else:
            entry["data"] = to_json(values)
        told.append(entry)
    head = {"model_name": found.version.name, "model_version": str(found.version.version)}
    head |= {} if request.id is None else {"id": request.id}
    return InferAnswer(header=json.dumps(head | {"outputs": told}).encode(), binary=b"".join(binary))


def _values(
    output: InferOutput, probabilities: Array, *, classes: Sequence[str]
) -> tuple[Array | list[str], list[int], str]:
    """The values of an output with their shape and datatype; the likeliest classes as `probability:index:name`."""
    if output.name == "label":
        return [classes[best] for best in probabilities.argmax(axis=1)], [len(probabilities)], "BYTES"
    count = min(output.parameters.get("classification", 0), len(classes))
    if count == 0:
        return probabilities, list(probabilities.shape), DATATYPES[probabilities.dtype.name]
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :count]
    texts = [f"{row[i]}:{i}:{classes[i]}" for row, best in zip(probabilities, order, strict=True) for i in best]
    return texts, [len(probabilities), count], "BYTES"
