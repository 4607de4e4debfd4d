"""What is to be said of a dataset: its digest, how many images each class has, and what a person should know."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.schemas.datasets import Warning as DatasetWarning

FEWEST_IMAGES = 2
LARGEST_DIFFERENCE_OF_SHARES = 0.1
NAMED_IMAGES = 100


@dataclass(frozen=True)
class Split:
    """The images of one split: the class of each, and the SHA-256 of its pixels."""

    class_names: Sequence[str]
    hashes: Sequence[bytes]


def digest(splits: Mapping[str, Split], *, classes: Sequence[str]) -> str:
    """Return a SHA-256 over the classes and, by split, the class and the pixels of every image.

    Neither the order of the images nor the numbers of the classes play a part: the same pictures have the same digest
    from a zip and from HDF5.
    """
    total = hashlib.sha256(b"nncore dataset 1\n")
    for name in sorted(classes):
        total.update(_entry("class", name, b""))
    for split_name in sorted(splits):
        split = splits[split_name]
        for class_name, image in sorted(zip(split.class_names, split.hashes, strict=True)):
            total.update(_entry(split_name, class_name, image))
    return f"sha256:{total.hexdigest()}"


def counts(splits: Mapping[str, Split], *, classes: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how many images each class has in each split."""
    counted = {name: Counter(split.class_names) for name, split in splits.items()}
    return {name: {class_name: count[class_name] for class_name in classes} for name, count in counted.items()}


def warnings(splits: Mapping[str, Split], *, classes: Sequence[str]) -> list[DatasetWarning]:
    """Return what a person should know before training on this, the gravest first."""
    found = counts(splits, classes=classes)
    return [
        *_in_both_splits(splits),
        *_of_two_classes(splits),
        *_too_small(found["train"]),
        *_differing_shares(found),
    ]


def _entry(kind: str, name: str, image: bytes) -> bytes:
    """One line of the digest; the length stands first, so that no two entries look the same together."""
    text = f"{kind}/{name}".encode()
    return len(text).to_bytes(4, "big") + text + image


def _in_both_splits(splits: Mapping[str, Split]) -> Iterator[DatasetWarning]:
    train, test = (splits[name].hashes if name in splits else () for name in ("train", "test"))
    first: dict[bytes, int] = {}
    for index, image in enumerate(train):
        first.setdefault(image, index)  # the others are the same, and all pairs may be billions
    pairs = [{"train": first[image], "test": index} for index, image in enumerate(test) if image in first]
    if pairs:
        named = ", ".join(f"train {pair['train']} is test {pair['test']}" for pair in pairs[:5])
        yield DatasetWarning(
            code="images-in-both-splits",
            detail=f"{_images(len(pairs))} in both splits, so that the test is too easy: {named}",
            images=pairs[:NAMED_IMAGES],
        )


def _of_two_classes(splits: Mapping[str, Split]) -> Iterator[DatasetWarning]:
    places: dict[bytes, list[dict[str, object]]] = defaultdict(list)
    for name, split in splits.items():
        for index, (class_name, image) in enumerate(zip(split.class_names, split.hashes, strict=True)):
            places[image].append({"split": name, "index": index, "class": class_name})
    doubtful = [found for found in places.values() if len({place["class"] for place in found}) > 1]
    if doubtful:
        yield DatasetWarning(
            code="same-image-in-two-classes",
            detail=f"in more than one class stand {_images(len(doubtful))}; only one label can be right",
            images=[place for found in doubtful for place in found][:NAMED_IMAGES],
        )


def _too_small(train: Mapping[str, int]) -> Iterator[DatasetWarning]:
    for name, count in train.items():
        if count < FEWEST_IMAGES:
            yield DatasetWarning(
                code="class-too-small",
                detail=f"the class {name!r} has {_images(count)} to train on; a class needs at least {FEWEST_IMAGES}",
            )


def _differing_shares(found: Mapping[str, Mapping[str, int]]) -> Iterator[DatasetWarning]:
    if "test" not in found:
        return
    train, test = (_shares(found[name]) for name in ("train", "test"))
    differing = [name for name in train if abs(train[name] - test[name]) > LARGEST_DIFFERENCE_OF_SHARES]
    if differing:
        told = "; ".join(f"{name}: {train[name]:.0%} against {test[name]:.0%}" for name in differing)
        yield DatasetWarning(
            code="class-shares-differ",
            detail=f"classes have other shares of the training than of the test images: {told}".replace("%", " %"),
        )


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"


def _shares(split: Mapping[str, int]) -> dict[str, float]:
    total = sum(split.values())
    return {name: count / total for name, count in split.items()}
