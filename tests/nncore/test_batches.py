"""The order of the images in an epoch."""

import numpy as np
import pytest

from nncore.batches import batches, record_interval


@pytest.mark.parametrize("seeds", [[3], [3, 4]])
def test_every_image_is_in_one_batch_of_an_epoch(seeds):
    epochs = [list(batches(23, size=5, seeds=np.array(seeds), epoch=epoch)) for epoch in (0, 1, 0)]
    assert [batch.shape[-1] for batch in epochs[0]] == [5, 5, 5, 5, 3]
    orders = [np.concatenate(epoch, axis=-1) for epoch in epochs]
    np.testing.assert_array_equal(np.sort(orders[0].reshape(len(seeds), 23)), [np.arange(23)] * len(seeds))
    np.testing.assert_array_equal(orders[0], orders[2])
    assert (orders[0] != orders[1]).any()


def test_a_lane_has_the_same_batches_in_any_company():
    alone = np.concatenate(list(batches(10, size=4, seeds=np.array([7]), epoch=2)))
    together = np.concatenate(list(batches(10, size=4, seeds=np.array([9, 7, 8]), epoch=2)), axis=-1)
    np.testing.assert_array_equal(together[1], alone)


def test_lanes_of_one_seed_share_their_batches():
    assert all(batch.ndim == 1 for batch in batches(10, size=4, seeds=np.array([7, 7]), epoch=0))


@pytest.mark.parametrize("size", [None, 10, 11])
def test_all_images_at_once_need_no_order(size):
    assert list(batches(10, size=size, seeds=np.array([1]), epoch=0)) == [None]


@pytest.mark.parametrize(
    ("epochs", "interval"),
    [(1, 1), (999, 1), (1000, 1), (1001, 10), (3000, 10), (10_000, 10), (10_001, 100), (1_000_000, 1000)],
)
def test_record_interval(epochs, interval):
    assert record_interval(epochs) == interval
