"""An import as it goes on: a bar in a terminal, a line now and then in a pipe."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

import typer

from app.cli.figures import size, time_left
from app.cli.output import is_terminal

if TYPE_CHECKING:
    from app.client import OnProgress

Shown: TypeAlias = "tuple[OnProgress, OnProgress]"

LINES = 10  # how many an upload prints in a pipe at most, and how many the pictures that are read
WRITTEN_OUT = 2**24  # bytes: of what is smaller a pipe hears nothing until it is there
COUNTED_OUT = 10_000  # pictures, likewise


@contextmanager
def shown_upload() -> "Iterator[Shown]":
    """Give what is to be called as an upload goes on, and as its pictures are read."""
    if is_terminal():
        with _bar() as shown:
            yield shown
    else:
        yield _lines(), _picture_lines()


@contextmanager
def _bar() -> "Iterator[Shown]":
    from rich.progress import BarColumn, Progress, TextColumn

    began = time.monotonic()
    layout = (TextColumn("{task.description:<9}"), BarColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*layout, transient=True) as progress:
        bar = progress.add_task("uploading", total=None, told="")

        def show(sent: int, whole: int) -> None:
            if sent < whole:
                left = (time.monotonic() - began) / max(sent, 1) * (whole - sent)
                told = f"{size(sent)} of {size(whole)}  {time_left(left)}"
                progress.update(bar, total=whole, completed=sent, told=told)
            else:  # from here on the service is at work, and soon tells how far it is
                told = f"{size(whole)} are there, pictures are read"
                progress.update(bar, total=None, description="uploaded", told=told)

        def show_pictures(done: int, whole: int) -> None:
            told = f"{done:,} of {whole:,} pictures"
            progress.update(bar, total=whole, completed=done, description="reading", told=told)

        yield show, show_pictures


def _lines() -> "OnProgress":
    last = 0

    def show(sent: int, whole: int) -> None:
        nonlocal last
        now = LINES if sent >= whole else (sent * LINES // whole if whole >= WRITTEN_OUT else 0)
        if now != last:
            done = "; the pictures are read" if sent >= whole else ""
            typer.echo(f"uploaded {size(sent)} of {size(whole)}{done}")
        last = now

    return show


def _picture_lines() -> "OnProgress":
    last = 0

    def show(done: int, whole: int) -> None:
        nonlocal last
        now = done * LINES // whole if whole >= COUNTED_OUT else 0
        if now != last:
            typer.echo(f"read {done:,} of {whole:,} pictures")
        last = now

    return show
