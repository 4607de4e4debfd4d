"""A Gram matrix is computed once for images that are seen the same, and anew for any others."""

import numpy as np
import pytest

from nncore.gram import Grams, fingerprint, gram_matrix
from nncore.normalization import Normalization

IMAGES = np.random.default_rng(1).integers(0, 256, size=(7, 2, 2, 3), dtype=np.uint8)
SCALED = Normalization()


def gram_of(grams, images, *, normalization=SCALED, dtype="float64"):
    X = normalization.apply(images, dtype=dtype)
    return grams.of(X, images=images, normalization=normalization), X


def test_holds_the_products_of_all_pairs_of_images():
    gram, X = gram_of(Grams(), IMAGES)
    np.testing.assert_allclose(gram, [[sum(a * b) for b in X] for a in X], rtol=1e-14)


def test_gives_the_last_one_again():
    grams = Grams()
    first, _ = gram_of(grams, IMAGES)
    assert gram_of(grams, IMAGES.copy())[0] is first


@pytest.mark.parametrize(
    "other",
    [
        {"images": IMAGES[::-1]},
        {"images": IMAGES[:6]},
        {"normalization": Normalization.of("standardize", IMAGES)},
        {"dtype": "float32"},
    ],
)
def test_computes_another_for_what_is_seen_otherwise(other):
    grams = Grams()
    first, _ = gram_of(grams, IMAGES)
    second, X = gram_of(grams, **{"images": IMAGES} | other)
    assert second is not first
    np.testing.assert_array_equal(second, gram_matrix(X))


def test_statistics_of_other_images_are_told_apart():
    one, other = (Normalization.of("standardize", images) for images in (IMAGES, IMAGES[:3]))
    prints = {fingerprint(IMAGES, normalization=each, dtype=np.dtype("float64")) for each in (one, other)}
    assert len(prints) == 2
