"""`nncore serve`: the service itself."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    *,
    host: Annotated[
        str | None, typer.Option(help="The address to listen on; else NNCORE_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 takes a free one; else NNCORE_PORT, else 8000.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes answer; else NNCORE_WORKERS, else 1.")] = None,
    home: Annotated[
        Path | None,
        typer.Option(help="Where models/ and data/ stand; else NNCORE_HOME, else the working directory."),
    ] = None,
) -> None:
    """Start the service; Ctrl-C or SIGTERM stops it; exits 1 if it cannot start."""
    import gc

    gc.disable()  # of what is loaded nothing is garbage, and looking for some takes a seventh of the start
    from app.cli.output import say
    from app.server import serve as serve_until_stopped
    from app.settings import load_settings
    from app.storage.cannot_start import CannotStart

    gc.freeze()
    gc.enable()

    given = {"host": host, "port": port, "workers": workers, "home": home}
    try:
        serve_until_stopped(load_settings(**{name: value for name, value in given.items() if value is not None}))
    except CannotStart as error:
        say(f"nncore: {error}", err=True)
        raise typer.Exit(1) from None
