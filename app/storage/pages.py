"""One page of a longer list."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from app.schemas.pages import Page

Item = TypeVar("Item")


def page_of(
    rows: Sequence[Any], *, limit: int, cursor: Callable[[Any], str], item: Callable[[Any], Item]
) -> Page[Item]:
    """Return the first `limit` rows as items; one more row than that tells that there is a next page."""
    shown = rows[:limit]
    return Page(items=[item(row) for row in shown], next=cursor(shown[-1]) if len(rows) > limit else None)
