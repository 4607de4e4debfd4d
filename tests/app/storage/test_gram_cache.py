import os

import numpy as np
import pytest

from app.storage.gram_cache import GramCache
from nncore.gram import gram_matrix
from nncore.normalization import Normalization

IMAGES = np.random.default_rng(1).integers(0, 256, size=(5, 12), dtype=np.uint8)
GRAM_FILE_BYTES = 5 * 5 * 8 + 128  # with the header


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "grams"


def gram_of(cache, *, digest="sha256:1", images=IMAGES):
    normalization = Normalization()
    X = normalization.apply(images, dtype="float64")
    return cache.of_dataset(digest).of(X, images=images, normalization=normalization)


def files(directory):
    return sorted(directory.glob("*/*"))


def test_gives_what_another_process_computed(directory):
    cache = GramCache(directory, limit=10_000)
    computed = gram_of(cache)
    [path] = files(directory)
    np.save(path, 2 * computed)  # so that what was read can be told from what was computed
    np.testing.assert_array_equal(gram_of(GramCache(directory, limit=10_000)), 2 * computed)


@pytest.mark.parametrize("content", [b"", b"no matrix", b"\x93NUMPY\x01\x00v\x00half"])
def test_a_file_that_cannot_be_read_is_computed_again(directory, content):
    cache = GramCache(directory, limit=10_000)
    computed = gram_of(cache)
    [path] = files(directory)
    path.write_bytes(content)
    np.testing.assert_array_equal(gram_of(cache), computed)
    np.testing.assert_array_equal(np.load(path), computed)


def test_a_matrix_of_another_shape_is_computed_again(directory):
    cache = GramCache(directory, limit=10_000)
    computed = gram_of(cache)
    [path] = files(directory)
    np.save(path, computed[:3])
    np.testing.assert_array_equal(gram_of(cache), computed)


def test_what_was_not_used_for_longest_makes_room(directory):
    cache = GramCache(directory, limit=2 * GRAM_FILE_BYTES)
    for number in (1, 2):
        gram_of(cache, digest=f"sha256:{number}")
        [path] = (directory / f"sha256-{number}").iterdir()
        os.utime(path, (number, number))
    gram_of(cache, digest="sha256:1")
    gram_of(cache, digest="sha256:3")
    assert [path.parent.name for path in files(directory)] == ["sha256-1", "sha256-3"]


def test_what_is_larger_than_the_limit_is_not_kept(directory):
    cache = GramCache(directory, limit=100)
    X = Normalization().apply(IMAGES, dtype="float64")
    np.testing.assert_array_equal(gram_of(cache), gram_matrix(X))
    assert files(directory) == []


def test_a_directory_that_cannot_be_written_costs_nothing_but_time(directory):
    directory.write_text("a file is in the way")
    X = Normalization().apply(IMAGES, dtype="float64")
    np.testing.assert_array_equal(gram_of(GramCache(directory, limit=10_000)), gram_matrix(X))


def test_forgets_one_dataset(directory):
    cache = GramCache(directory, limit=10_000)
    for digest in ("sha256:1", "sha256:2"):
        gram_of(cache, digest=digest)
    cache.forget("sha256:1")
    cache.forget("sha256:1")
    assert [path.parent.name for path in files(directory)] == ["sha256-2"]
