import pytest

from app.archive_layout import LabelledPath, arrange


def pictures(*paths: str) -> list[tuple[str, str]]:
    return [(picture.split, picture.class_name) for picture in arrange(paths)[0]]


def left_out(*paths: str) -> list[tuple[str, str]]:
    return [(path.path, path.code) for path in arrange(paths)[1]]


def test_a_folder_is_a_class() -> None:
    found, nothing = arrange(["cat/1.jpg", "dog/1.jpg"])
    assert found == [LabelledPath("cat/1.jpg", "train", "cat"), LabelledPath("dog/1.jpg", "train", "dog")]
    assert nothing == []


def test_train_and_test_are_splits() -> None:
    paths = ["train/cat/1.jpg", "train/dog/1.jpg", "test/cat/1.jpg", "test/dog/1.jpg"]
    assert pictures(*paths) == [("train", "cat"), ("train", "dog"), ("test", "cat"), ("test", "dog")]


def test_splits_are_known_in_capitals() -> None:
    assert pictures("Train/cat/1.jpg", "TEST/cat/1.jpg") == [("train", "cat"), ("test", "cat")]


@pytest.mark.parametrize("wrapping", ["pets/", "a/b/c/"])
def test_folders_around_everything_are_no_class(wrapping: str) -> None:
    assert pictures(f"{wrapping}cat/1.jpg", f"{wrapping}dog/1.jpg") == [("train", "cat"), ("train", "dog")]
    assert pictures(f"{wrapping}train/cat/1.jpg", f"{wrapping}test/cat/1.jpg") == [("train", "cat"), ("test", "cat")]


def test_a_file_in_the_wrapping_folder_is_left_out() -> None:
    paths = ["pets/README.md", "pets/cat/1.jpg", "pets/dog/1.jpg"]
    assert pictures(*paths) == [("train", "cat"), ("train", "dog")]
    assert left_out(*paths) == [("pets/README.md", "no-class")]


def test_a_single_class_is_no_wrapping_folder() -> None:
    assert pictures("cat/1.jpg", "cat/2.jpg") == [("train", "cat"), ("train", "cat")]


def test_a_class_may_have_folders_of_its_own() -> None:
    assert pictures("cat/old/1.jpg", "cat/new/1.jpg", "dog/1.jpg") == [("train", "cat")] * 2 + [("train", "dog")]


def test_a_class_may_be_called_train() -> None:
    assert pictures("train/1.jpg", "car/1.jpg") == [("train", "train"), ("train", "car")]


def test_without_a_test_folder_all_is_for_training() -> None:
    assert pictures("train/cat/1.jpg", "train/dog/1.jpg") == [("train", "cat"), ("train", "dog")]


def test_what_stands_in_no_split_is_left_out() -> None:
    paths = ["train/cat/1.jpg", "test/cat/1.jpg", "valid/cat/1.jpg", "train/list.txt"]
    assert left_out(*paths) == [("valid/cat/1.jpg", "no-split"), ("train/list.txt", "no-class")]


@pytest.mark.parametrize(
    "path", [".DS_Store", "cat/.DS_Store", "__MACOSX/cat/._1.jpg", ".git/HEAD", "pets/__MACOSX/1.jpg"]
)
def test_hidden_files_are_left_out(path: str) -> None:
    assert left_out("cat/1.jpg", "dog/1.jpg", path) == [(path, "hidden-file")]


def test_hidden_files_do_not_hide_the_wrapping_folder() -> None:
    assert pictures("pets/cat/1.jpg", "pets/dog/1.jpg", "__MACOSX/pets/cat/._1.jpg") == [
        ("train", "cat"),
        ("train", "dog"),
    ]


@pytest.mark.parametrize("name", [" ", "c\x07t", "x" * 201])
def test_a_folder_whose_name_is_no_class_name_is_left_out(name: str) -> None:
    assert left_out(f"{name}/1.jpg", "dog/1.jpg") == [(f"{name}/1.jpg", "no-class")]


def test_accents_are_the_same_however_they_are_written() -> None:
    assert pictures("Ba\u0308r/1.jpg", "B\u00e4r/2.jpg") == [("train", "B\u00e4r")] * 2


def test_nothing_is_nothing() -> None:
    assert arrange([]) == ([], [])
