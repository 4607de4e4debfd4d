import pytest

from app.storage import checkpoint_durations


def test_each_is_counted_in_all_bounds_that_it_keeps_to(store):
    with store.database.write() as connection:
        for seconds in (0.01, 0.02, 0.02, 1000):
            checkpoint_durations.note(connection, seconds)
        buckets, total = checkpoint_durations.histogram(connection)
    counts = dict(buckets)
    assert (counts["0.01"], counts["0.025"], counts["60.0"], counts["+Inf"]) == (1, 3, 3, 4)
    assert total == pytest.approx(1000.05)


def test_without_any_there_is_an_empty_histogram(store):
    with store.database.read() as connection:
        buckets, total = checkpoint_durations.histogram(connection)
    assert {count for _, count in buckets} == {0}
    assert total == 0
