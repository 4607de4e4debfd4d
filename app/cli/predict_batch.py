"""`nncore predict --batch`: any number of pictures, each answer printed as it comes, and how far it is on stderr."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.output import Json

if TYPE_CHECKING:
    from app.client import Client

COLUMNS = ("picture", "label", "probability", "uncertainty")  # the last one of an ensemble alone


def print_batch(
    client: "Client",
    paths: Sequence[Path],
    *,
    model: str | None,
    row: Callable[[Json], Sequence[object]] | None,
) -> int:
    """Print a line for each picture of these files and folders, with tabs, or JSON without `row`; count the errors."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from app.batch_prediction import predict_batch

    pictures = [picture for path in paths for picture in _pictures(path)]
    if not pictures:
        raise typer.BadParameter("there is no file in these folders")
    layout = (BarColumn(), MofNCompleteColumn(), TextColumn("pictures"), TimeRemainingColumn())
    console = Console(stderr=True)
    failed = 0
    # In a terminal the bar stays below the answers; elsewhere these must go to stdout and nowhere else.
    hidden, above = not console.is_terminal, sys.stdout.isatty()
    with Progress(*layout, console=console, disable=hidden, redirect_stdout=above) as progress:
        bar = progress.add_task("", total=len(pictures))
        if row:
            typer.echo("\t".join(COLUMNS))
        for prediction in predict_batch(client, pictures, model=model):
            failed += "error" in prediction
            cells = map(str, row(prediction)) if row else [json.dumps(prediction, ensure_ascii=False)]
            typer.echo("\t".join(cells))
            progress.advance(bar)
    if failed:
        typer.echo(f"nncore: {failed} of {len(pictures)} pictures could not be read", err=True)
    return failed


def _pictures(path: Path) -> Iterator[Path]:
    """Give a file, or all files under a folder by their names, those that are hidden left out."""
    if not path.is_dir():
        yield path
        return
    for found in sorted(path.rglob("*")):
        if found.is_file() and not any(part.startswith(".") for part in found.relative_to(path).parts):
            yield found
