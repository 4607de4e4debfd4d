import asyncio
import base64
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tritonclient.utils import serialize_byte_tensor

from app.errors import FileTooLarge, InvalidRequest
from app.inference_schemas import InferInput
from app.services.tensors import LENGTH, PIECE, files_behind, files_of, pixels_of, to_bytes


def tensor(shape: list[int], *, data: list | None = None, datatype: str = "BYTES") -> InferInput:
    return InferInput(name="file", datatype=datatype, shape=shape, data=data)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5))
def test_files_come_as_tritons_client_packs_them_or_as_base64(files):
    packed = serialize_byte_tensor(np.array(files, dtype=object)).item()
    for size in (1, 7, 1000):
        assert unpacked(packed, shape=[len(files)], size=size, most_bytes=50) == files
    texts = [base64.b64encode(file).decode() for file in files]
    assert files_of(tensor([len(files), 1], data=texts), most_bytes=50) == files


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_bytes_that_are_no_elements_are_refused(junk):
    try:
        assert to_bytes_of(unpacked(junk, shape=[1], most_bytes=40)) == junk
    except InvalidRequest as error:
        assert "element" in error.detail  # noqa: PT017, one of them is right, and nothing else
    except FileTooLarge as error:
        assert "picture 0" in error.detail  # noqa: PT017


def unpacked(packed: bytes, *, shape: list[int], most_bytes: int, size: int = 1000) -> list[bytes]:
    """The elements of a tensor whose bytes come in pieces of a size."""

    async def pieces():
        for at in range(0, len(packed), size):
            yield packed[at : at + size]

    async def all_files():
        return [file async for file in files_behind(tensor(shape), pieces(), most_bytes=most_bytes)]

    return asyncio.run(all_files())


def to_bytes_of(files: list[bytes]) -> bytes:
    return b"".join(len(file).to_bytes(4, "little") + file for file in files)


def test_texts_go_out_as_tritons_client_packs_them():
    texts = ["cat", "", "non-cat \u00e9"]
    packed = serialize_byte_tensor(np.array([text.encode() for text in texts], dtype=object)).item()
    assert to_bytes(texts) == packed


def test_pixels_are_the_same_as_numbers_and_as_bytes():
    pixels = np.random.default_rng(1).integers(0, 256, size=(2, 64, 64, 3), dtype=np.uint8)
    shape = list(pixels.shape)
    assert np.array_equal(pixels_of(tensor(shape, datatype="UINT8"), pixels.tobytes()), pixels)
    for data in (pixels.tolist(), pixels.ravel().tolist()):
        assert np.array_equal(pixels_of(tensor(shape, data=data, datatype="UINT8"), b""), pixels)
    with pytest.raises(InvalidRequest):
        pixels_of(tensor(shape, data=[[10**30]], datatype="UINT8"), b"")


@pytest.mark.parametrize("data", [[[1, 2], [3]], [[1], 2], [1, [2]], [[1], [[2]]], [[[1, 2]], [[3], [4]]]])
def test_lists_of_different_lengths_are_told_so(data):
    with pytest.raises(InvalidRequest, match="lists of different lengths"):
        pixels_of(tensor([1, 64, 64, 3], data=data, datatype="UINT8"), b"")


@pytest.mark.parametrize("data", [["a" * 10**6, *[""] * 10**5], [1.5], [True], [None], [{}], [10**400], [-1], [256]])
def test_no_data_but_small_integers_become_pixels(data):
    with pytest.raises(InvalidRequest, match="integers from 0 to 255"):
        pixels_of(tensor([1, 64, 64, 3], data=data, datatype="UINT8"), b"")


@pytest.mark.parametrize("size", [PIECE, PIECE * 3 // 4, PIECE * 3 // 4 + 1, 2 * PIECE])
def test_base64_is_the_same_in_pieces(size):
    file = np.random.default_rng(size).bytes(size)
    text = base64.b64encode(file).decode()
    assert files_of(tensor([1], data=[text]), most_bytes=size) == [file]
    padded = base64.b64encode(bytes(PIECE * 3 // 4 - 1)).decode()
    with pytest.raises(InvalidRequest, match="Base64"):
        files_of(tensor([1], data=[padded + text]), most_bytes=3 * PIECE)


def test_a_file_may_be_as_large_as_one_that_predict_takes_and_not_larger():
    packed = serialize_byte_tensor(np.array([b"123", b"1234"], dtype=object)).item()
    assert unpacked(packed, shape=[2], most_bytes=4) == [b"123", b"1234"]
    texts = [base64.b64encode(file).decode() for file in (b"123", b"1234")]
    with pytest.raises(FileTooLarge, match="picture 1 of the input has 4 bytes; at most 3"):
        unpacked(packed, shape=[2], most_bytes=3)
    with pytest.raises(FileTooLarge, match="picture 1 of the input has 4 bytes; at most 3"):
        files_of(tensor([2], data=texts), most_bytes=3)


def test_a_file_that_is_too_large_is_refused_by_its_length_alone_and_one_too_many_by_its_place():
    head = LENGTH.pack(2**25)
    with pytest.raises(FileTooLarge, match="picture 0 of the input has 33554432 bytes"):
        unpacked(head, shape=[1], most_bytes=1000)
    with pytest.raises(InvalidRequest, match="more elements than its shape"):
        unpacked(bytes(8), shape=[1], most_bytes=1000)
    with pytest.raises(InvalidRequest, match=r"has 1 whole elements.* and 3 bytes of no whole one; .* wants 2"):
        unpacked(bytes(7), shape=[2], most_bytes=1000)


@pytest.mark.parametrize("datatype", ["BYTES", "UINT8"])
def test_a_shape_of_many_sides_is_refused_at_once_and_not_told_whole(datatype):
    many = InferInput.model_construct(name="file", shape=[1] + [9_999_999_999] * 100_000, data=None)
    began = time.process_time()
    with pytest.raises(InvalidRequest) as refused:
        files_of(many, most_bytes=1) if datatype == "BYTES" else pixels_of(many, b"")
    told = refused.value.detail
    assert told.startswith("the shape of 'file' is [1, 9999999999, ")
    assert len(told) < 200
    assert time.process_time() - began < 1  # their product would take as long as there are sides, squared


def test_elements_are_counted_before_they_are_decoded():
    with pytest.raises(InvalidRequest, match="has 2 elements"):
        files_of(tensor([1], data=["!", "!"]), most_bytes=9)
