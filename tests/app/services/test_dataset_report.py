from app.services.dataset_report import Split, warnings

SAME = b"s" * 32


def split(*hashes: bytes, class_name: str = "cat") -> Split:
    return Split(class_names=[class_name] * len(hashes), hashes=hashes)


def test_each_test_image_that_is_trained_on_is_named_once() -> None:
    train, test = split(b"a", SAME, SAME, SAME), split(SAME, b"b", SAME)
    (warning,) = warnings({"train": train, "test": test}, classes=["cat"])
    assert warning.detail.startswith("2 images in both splits")
    assert warning.images == [{"train": 1, "test": 0}, {"train": 1, "test": 2}]


def test_many_copies_of_one_image_are_not_paired_with_one_another() -> None:
    copies = split(*[SAME] * 100_000)  # ten billion pairs
    (warning,) = warnings({"train": copies, "test": copies}, classes=["cat"])
    assert warning.detail.startswith("100000 images in both splits")
