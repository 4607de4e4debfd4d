"""How answers are printed: as a table in a terminal, as lines with tabs in a pipe, as JSON where asked for."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import typer

Json = dict[str, Any]


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under the names of their columns; in a pipe each row is one line, whatever its length."""
    from rich.console import Console

    console = Console()
    texts = [[_text(cell) for cell in row] for row in rows]
    if not console.is_terminal:
        for row in [list(columns), *texts]:
            typer.echo("\t".join(row))
        return
    console.print(_table(columns, texts))


def percent(fraction: float | None) -> str:
    """Return a fraction as a person reads it."""
    return "" if fraction is None else f"{100 * fraction:.1f} %"


def size(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count / 1e3:.1f} kB"


def time_left(seconds: float | None) -> str:
    """Return an estimate as minutes and seconds, or nothing where there is none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} left" if hours else f"{minutes}:{rest:02} left"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
