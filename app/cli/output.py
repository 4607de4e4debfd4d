"""How answers are printed: as a table in a terminal, as lines with tabs in a pipe, as JSON where asked for."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import typer

Json = dict[str, Any]

KEPT_WHOLE = 16  # characters: a column of nothing longer is not broken into lines where there is room
LEAST = 10  # characters that any other column has
GAP = 2


def is_terminal() -> bool:
    """Whether a person is likely to read what is printed."""
    from rich.console import Console

    return Console().is_terminal


def say(text: str, *, err: bool = False) -> None:
    """Print a sentence, in a terminal broken between words."""
    from rich.console import Console

    console = Console(stderr=err)
    if console.is_terminal:
        text = textwrap.fill(text, console.width, subsequent_indent="  ", break_on_hyphens=False)
    typer.echo(text, err=err)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_answer(answer: Json, text: str, *, as_json: bool) -> None:
    """Print an answer as JSON where that is asked for, else the text that says it to a person."""
    if as_json:
        print_json(answer)
    else:
        typer.echo(text)


def tell_deleted(name: str, *, as_json: bool) -> None:
    """Print what is no longer there."""
    print_answer({"deleted": name}, f"deleted {name}", as_json=as_json)


def print_facts(facts: Json) -> None:
    """Print a name and a value a line, what is within another behind a dot; what has no value is left out."""
    print_table(["what", "value"], list(_facts(facts)))


def _facts(facts: Json, within: str = "") -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _facts(value, f"{within}{name}.")
        elif value is not None and value != []:
            yield f"{within}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under the names of their columns; in a pipe each row is one line, whatever its length."""
    from rich.console import Console

    console = Console()
    texts = [[_text(cell) for cell in row] for row in rows]
    if not console.is_terminal:
        for row in [list(columns), *texts]:
            typer.echo("\t".join(row))
        return
    console.print(_table(columns, texts, width=console.width))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    needed = sum(each if each <= KEPT_WHOLE else LEAST for each in widths) + GAP * (len(widths) - 1)
    for column, each in zip(columns, widths, strict=True):
        is_whole = each <= KEPT_WHOLE and needed <= width  # columns that are too wide in all would be cut
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=is_whole)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
