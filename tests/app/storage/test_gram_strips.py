"""Several who compute the same Gram matrix share its strips, with the same bits, whatever becomes of any of them."""

import threading

import numpy as np
import pytest

from app.storage.gram_cache import GramCache
from app.storage.gram_strips import GramStrips
from nncore import gram
from nncore.gram import gram_matrix
from nncore.normalization import Normalization

N, STRIPS = 3000, 3  # blocks of 1024
X = np.random.default_rng(1).random((N, 16))


@pytest.fixture
def of_part(store, monkeypatch):
    """A function that returns a part's view of the strips, which are worth while here."""
    monkeypatch.setattr(gram, "SECONDS_OF_A_STRIP", 0)
    return lambda part, of=2: GramStrips(store.files, "data/checkpoints/job/grams/key", part=part, of=of)


@pytest.fixture
def computed(monkeypatch):
    """How many images each strip had that was computed."""
    sizes, multiply = [], gram._multiply

    def counted(X, rows, *, out):
        sizes.append(rows.stop)
        multiply(X, rows, out=out)

    monkeypatch.setattr(gram, "_multiply", counted)
    return sizes


def files(store):
    return [file.rpartition("/")[2] for file in store.files.names("data/checkpoints/job")]


@pytest.mark.parametrize("of", [2, 3, 5])
def test_each_begins_with_a_share_of_its_own_and_comes_by_all(of_part, of):
    orders = [list(of_part(part, of).order(12)) for part in range(1, of + 1)]
    assert all(sorted(order) == list(range(12)) for order in orders)
    begun = [order[: 12 // of] for order in orders]
    assert len({number for own in begun for number in own}) == of * (12 // of)
    assert all(own == sorted(own, reverse=True) for own in begun)


def test_what_one_computed_another_takes(of_part, computed, store):
    whole = gram_matrix(X)
    computed.clear()
    np.testing.assert_array_equal(gram_matrix(X, strips=of_part(1)), whole)
    assert sorted(computed) == [1024, 2048, N]
    assert files(store) == ["0.npy", "1.npy", "2.npy"]
    computed.clear()
    np.testing.assert_array_equal(gram_matrix(X, strips=of_part(2)), whole)
    assert computed == []


def test_what_somebody_left_undone_is_computed(of_part, computed, store):
    whole = gram_matrix(X)
    gram_matrix(X, strips=of_part(1))
    store.files.remove("data/checkpoints/job/grams/key/1.npy")
    computed.clear()
    np.testing.assert_array_equal(gram_matrix(X, strips=of_part(2)), whole)
    assert computed == [2048]


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY\x01\x00v\x00half"])
def test_a_strip_that_cannot_be_read_or_is_another_is_computed(of_part, computed, store, content):
    whole = gram_matrix(X)
    for number, broken in ((0, content), (1, None)):
        with store.files.temporary() as path:
            if broken is None:
                with path.open("wb") as file:
                    np.save(file, whole[:3, :3])
            else:
                path.write_bytes(broken)
            store.files.publish(path, f"data/checkpoints/job/grams/key/{number}.npy")
    computed.clear()
    np.testing.assert_array_equal(gram_matrix(X, strips=of_part(1)), whole)
    assert sorted(computed) == [1024, 2048, N]


def test_at_the_same_time_they_come_to_the_same(of_part, store):
    whole, found = gram_matrix(X), {}

    def compute(part):
        found[part] = gram_matrix(X, strips=of_part(part, of=3))

    threads = [threading.Thread(target=compute, args=(part,)) for part in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for part in (1, 2, 3):
        np.testing.assert_array_equal(found[part], whole)


def test_where_there_is_no_room_each_computes_for_itself(of_part, store):
    path = store.files.home / "data/uploads"
    path.rmdir()
    path.write_text("a file is in the way")
    np.testing.assert_array_equal(gram_matrix(X, strips=of_part(1)), gram_matrix(X))


def test_small_matrices_are_not_worth_it(store, computed):
    strips = GramStrips(store.files, "data/checkpoints/job/grams/key", part=1, of=2)
    gram_matrix(X, strips=strips)
    assert files(store) == []
    assert gram.is_worth_sharing(np.broadcast_to(0.0, (5000, 12288)))


def test_a_cache_gives_what_it_has_before_anybody_computes(of_part, store, tmp_path):
    normalization, images = Normalization("none"), X
    cache = GramCache(tmp_path / "grams", limit=10**9)
    keys = []

    def exchange(key):
        keys.append(key)
        return of_part(1)

    for _ in range(2):
        grams = cache.of_dataset("sha256:1", exchange=exchange)
        np.testing.assert_array_equal(grams.of(X, images=images, normalization=normalization), gram_matrix(X))
    assert len(keys) == 1
    assert len(files(store)) == STRIPS
