"""Requests of the inference protocol whose JSON is more work than any that asks for pictures."""

import json
import tracemalloc

import pytest

from app.errors import BodyTooLarge, InvalidRequest
from app.services.infer import parse


def request(**changed: object) -> bytes:
    tensor = {"name": "file", "datatype": "BYTES", "shape": [1], "data": ["eA=="]} | changed
    return json.dumps({"inputs": [tensor]}).encode()


def test_a_shape_has_few_sides_and_no_error_for_each_of_a_million():
    sent = request(shape=["x"] * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(InvalidRequest, match="/inputs/0/shape: List should have at most 16 items"):
            parse(sent, most_pictures=128)
        assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    finally:
        tracemalloc.stop()


def test_fields_without_number_are_refused_before_they_are_read():
    assert parse(request(parameters={str(number): 1 for number in range(5_000)}), most_pictures=128).inputs
    with pytest.raises(BodyTooLarge, match="fields; at most 10000"):
        parse(request(parameters={str(number): 1 for number in range(10_001)}), most_pictures=128)
