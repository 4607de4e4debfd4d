"""Forms of the type multipart/form-data: their type and the names of their fields."""

import difflib
import reprlib
from collections import Counter
from collections.abc import Sequence

from fastapi import Request

from app.errors import FieldProblem, InvalidRequest, UnsupportedMediaType

FORM = "multipart/form-data"
TWICE = "the field is there more than once; once is right"
NO_TEXT = "the field holds a file; it must be text"
NO_FILE = "the field holds text; it must be a file, with a name"


def content_type(request: Request) -> str:
    """Return the type of the body, without its parameters; empty where none is told."""
    return media_type(request.headers.get("content-type", ""))


def media_type(told: str) -> str:
    """Return a media type without its parameters."""
    return told.partition(";")[0].strip().lower()


def text(value: bytes) -> str:
    """Return the name of a field or of a file."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def check_fields(request: Request, *, files: Sequence[str], texts: Sequence[str] = ()) -> None:
    """Raise UnsupportedMediaType for what is no form.

    Raises InvalidRequest for a field that is not known, is there twice, or holds text instead of a file or a file
    instead of text.
    """
    if content_type(request) != FORM:
        raise UnsupportedMediaType(f"the body is {content_type(request) or 'of no type'}; {FORM} is right")
    given = (await request.form()).multi_items()
    refuse_unknown([name for name, _ in given], known=[*texts, *files])
    counts = Counter(name for name, _ in given)
    told = [(name, TWICE) for name, count in counts.items() if count > 1]  # of which the last alone would count
    told += [(name, NO_TEXT) for name, value in given if name in texts and not isinstance(value, str)]
    told += [(name, NO_FILE) for name, value in given if name in files and isinstance(value, str) and value]
    problems = [FieldProblem(pointer=f"/{name}", detail=detail) for name, detail in told]
    if problems:
        raise InvalidRequest(f"{problems[0].pointer}: {problems[0].detail}", errors=problems)


def refuse_unknown(given: Sequence[str], *, known: Sequence[str]) -> None:
    """Raise InvalidRequest with a pointer to each field that is not known, and the nearest one that is."""
    problems = [_unknown(name, known=known) for name in given if name not in known]
    if problems:
        raise InvalidRequest(problems[0].detail, errors=problems)


def _unknown(name: str, *, known: Sequence[str]) -> FieldProblem:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return FieldProblem(
        pointer=pointer, detail=f"{reprlib.repr(name)} is no known field; the nearest one is /{nearest}"
    )
