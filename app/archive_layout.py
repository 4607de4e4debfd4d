"""Which files of an archive are pictures of which class and split, judged by their paths alone.

One folder per class, or train/ and test/ with such folders; all of it may stand within further folders.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SPLITS = ("train", "test")
FOLDERS_WITH_SPLITS = 2
MAX_CLASS_NAME = 200  # letters


@dataclass(frozen=True)
class LabelledPath:
    """A file of the archive that should be a picture."""

    path: str
    split: str
    class_name: str


@dataclass(frozen=True)
class LeftOut:
    """A file of the archive that is not even looked at, and why."""

    path: str
    code: str
    detail: str


def arrange(paths: Sequence[str]) -> tuple[list[LabelledPath], list[LeftOut]]:
    """Tell pictures from what is left out, both in the order of the paths."""
    hidden = [LeftOut(path, "hidden-file", "hidden files and __MACOSX are left out") for path in paths if _hidden(path)]
    parts = {path: [part for part in path.split("/") if part] for path in paths if not _hidden(path)}
    wrapping = _wrapping_folders(parts.values())
    inner = {path: _within(names, wrapping) for path, names in parts.items()}
    with_splits = _has_splits(inner.values())
    pictures, left_out = [], hidden
    for path, folders in inner.items():
        found = _in_splits(path, folders) if with_splits else _in_class(path, folders, split="train")
        if isinstance(found, LabelledPath):
            pictures.append(found)
        else:
            left_out.append(found)
    return pictures, left_out


def _hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def _wrapping_folders(files: Iterable[list[str]]) -> list[str]:
    """The folders that hold everything and are no class: below them stand folders again."""
    deep = [names[:-1] for names in files if len(names) > 1]
    wrapping: list[str] = []
    while _wraps(deep):
        wrapping.append(deep[0][0])
        deep = [folders[1:] for folders in deep if len(folders) > 1]
    return wrapping


def _wraps(deep: list[list[str]]) -> bool:
    alone = len({folders[0] for folders in deep}) == 1
    return alone and any(len(folders) > 1 for folders in deep) and deep[0][0].lower() not in SPLITS


def _within(names: list[str], wrapping: list[str]) -> list[str]:
    """The folders of a file below the wrapping ones, none for a file that stands outside of them."""
    folders = names[:-1]
    return folders[len(wrapping) :] if folders[: len(wrapping)] == wrapping else []


def _has_splits(all_folders: Iterable[list[str]]) -> bool:
    return any(len(folders) >= FOLDERS_WITH_SPLITS and folders[0].lower() == "train" for folders in all_folders)


def _in_splits(path: str, folders: list[str]) -> LabelledPath | LeftOut:
    if not folders or folders[0].lower() not in SPLITS:
        return LeftOut(path, "no-split", "the file stands neither in train/ nor in test/")
    return _in_class(path, folders[1:], split=folders[0].lower())


def _in_class(path: str, folders: list[str], *, split: str) -> LabelledPath | LeftOut:
    if not folders:
        return LeftOut(path, "no-class", "the file stands in no folder of a class")
    name = unicodedata.normalize("NFC", folders[0]).strip()
    if not 0 < len(name) <= MAX_CLASS_NAME or not name.isprintable():
        return LeftOut(path, "no-class", f"the folder's name must have 1 to {MAX_CLASS_NAME} printable letters")
    return LabelledPath(path=path, split=split, class_name=name)
