"""Tensors of the Open Inference Protocol: as JSON, or as bytes behind it (the binary tensor extension)."""

import base64
import binascii
import reprlib
import struct
import time
from collections.abc import AsyncIterator, Sequence
from math import prod
from typing import Any, NoReturn

import numpy as np

from app.errors import FileTooLarge, InvalidRequest
from app.images import IMAGE_SHAPE, Pixels
from app.inference_schemas import InferInput
from nncore.arrays import Array

DATATYPES = {"float64": "FP64", "float32": "FP32"}
PIECE = 256 * 1024  # letters of Base64, a multiple of 4
NO_BASE64 = "the elements of a BYTES tensor in JSON must be Base64; binary tensors take the bytes as they are"
LENGTH = struct.Struct("<I")  # in front of each element of a BYTES tensor


def pixels_of(tensor: InferInput, binary: bytes) -> Pixels:
    """Return the pictures of a UINT8 tensor, of shape (n, 64, 64, 3); raises InvalidRequest."""
    if len(tensor.shape) != 1 + len(IMAGE_SHAPE) or tuple(tensor.shape[1:]) != IMAGE_SHAPE:
        told = reprlib.repr(tensor.shape)
        refuse(f"the shape of {tensor.name!r} is {told}; right is [n, {', '.join(map(str, IMAGE_SHAPE))}]")
    values = np.frombuffer(binary, dtype=np.uint8) if tensor.data is None else _numbers(tensor)
    if values.size != prod(tensor.shape):
        refuse(f"{tensor.name!r} has {values.size} values; its shape {tensor.shape} wants {prod(tensor.shape)}")
    return values.reshape(tensor.shape)


def files_of(tensor: InferInput, *, most_bytes: int) -> list[bytes]:
    """Return the elements of a BYTES tensor, of shape (n,) or (n, 1), which are Base64 in JSON.

    Raises InvalidRequest, and FileTooLarge for an element of more than `most_bytes`.
    """
    wanted = _elements_of(tensor)
    data = tensor.data or []
    if len(data) != wanted:
        refuse(f"{tensor.name!r} has {len(data)} elements; its shape {tensor.shape} wants {wanted}")
    files = []
    for number, file in enumerate(map(_from_base64, data)):
        _check_file(number, size=len(file), most_bytes=most_bytes)
        files.append(file)
    return files


async def files_behind(tensor: InferInput, pieces: AsyncIterator[bytes], *, most_bytes: int) -> AsyncIterator[bytes]:
    """Yield the elements of a BYTES tensor, each as soon as its last byte is there.

    Raises InvalidRequest, and FileTooLarge as soon as an element is told to have more than `most_bytes`.
    """
    wanted, number = _elements_of(tensor), 0
    read = bytearray()
    async for piece in pieces:
        read += piece
        while len(read) >= LENGTH.size:
            if number == wanted:
                refuse(f"{tensor.name!r} has more elements than its shape {tensor.shape} wants")
            end = LENGTH.size + LENGTH.unpack_from(read)[0]
            _check_file(number, size=end - LENGTH.size, most_bytes=most_bytes)
            if len(read) < end:
                break
            yield bytes(read[LENGTH.size : end])
            del read[:end]
            number += 1
    if read or number < wanted:
        told = f"{number} whole elements, each behind its length in 4 bytes, and {len(read)} bytes of no whole one"
        refuse(f"{tensor.name!r} has {told}; its shape {tensor.shape} wants {wanted}")


def to_json(values: Array | Sequence[str]) -> list[Any]:
    """Return an output's values in one row, as JSON has them."""
    return list(np.ravel(values).tolist()) if isinstance(values, np.ndarray) else list(values)


def to_bytes(values: Array | Sequence[str]) -> bytes:
    """Return an output's values as bytes: numbers as they stand in memory, texts each behind its length."""
    if isinstance(values, np.ndarray):
        return np.ascontiguousarray(values).tobytes()
    return b"".join(LENGTH.pack(len(text)) + text for text in (value.encode() for value in values))


def refuse(detail: str) -> NoReturn:
    """Raise InvalidRequest for the input."""
    raise InvalidRequest.at("/inputs/0", detail)


def _numbers(tensor: InferInput) -> Pixels:
    """Return the values in one row and leave the tensor none, picture by picture: others have their turn in between."""
    data = tensor.data or []
    size = -(-len(data) // max(1, tensor.shape[0]))
    pieces: list[Array] = []
    shapes = set()
    while data:
        piece = np.asarray(data[-size:], dtype=object)
        del data[-size:]
        time.sleep(0)  # gives up Python's lock, which another thread would have to wait for at each of its steps
        shapes.add(piece.shape[1:])
        pieces.append(_small_integers(tensor.name, piece.ravel()))
    if len(shapes) > 1:
        refuse(f"the data of {tensor.name!r} are lists of different lengths")
    return np.concatenate(pieces[::-1]) if pieces else np.empty(0, dtype=np.uint8)


def _small_integers(name: str, values: Array) -> Pixels:
    """Return values that stay Python's until all are known to be integers."""
    kinds = set(map(type, values))
    if list in kinds:
        refuse(f"the data of {name!r} are lists of different lengths")
    if kinds - {int} or (values.size and (values.min() < 0 or values.max() > 255)):
        refuse(f"the data of {name!r} must be integers from 0 to 255")
    return values.astype(np.uint8)


def _elements_of(tensor: InferInput) -> int:
    """Return how many elements the shape of a BYTES tensor wants, by no product: it may have millions of sides."""
    if not tensor.shape or tensor.shape[1:] not in ([], [1]):
        refuse(f"the shape of {tensor.name!r} is {reprlib.repr(tensor.shape)}; right is [n] or [n, 1]")
    return tensor.shape[0]


def _check_file(number: int, *, size: int, most_bytes: int) -> None:
    if size > most_bytes:
        raise FileTooLarge(f"picture {number} of the input has {size} bytes; at most {most_bytes} are read")


def _from_base64(value: Any) -> bytes:
    """Return the bytes of a text, piece by piece, so that other threads have their turn in between."""
    if not isinstance(value, str):
        refuse(NO_BASE64)
    try:
        pieces = [value[at : at + PIECE] for at in range(0, len(value), PIECE)]
        if any(piece.endswith("=") for piece in pieces[:-1]):
            refuse(NO_BASE64)
        return b"".join(base64.b64decode(piece, validate=True) for piece in pieces)
    except (ValueError, binascii.Error):
        refuse(NO_BASE64)
