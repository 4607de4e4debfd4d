import pytest

from app.services.division import number_of_parts


@pytest.mark.parametrize(
    ("seconds", "workers", "parts"), [(3.9, 8, 0), (4.1, 8, 2), (100.0, 8, 8), (100.0, 1, 0), (0.0, 2, 0)]
)
def test_each_part_is_worth_a_worker(seconds, workers, parts):
    assert number_of_parts(seconds, workers=workers) == parts
