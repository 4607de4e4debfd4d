"""The options that most commands share, and the client they lead to."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.client import Client

Server = Annotated[
    str | None,
    typer.Option("--server", metavar="URL", help="The service to talk to; else NNCORE_SERVER, else port 8000 here."),
]
Pictures = Annotated[list[Path], typer.Argument(help="Pictures.", metavar="IMAGE...")]
ModelReference = Annotated[
    str | None, typer.Option("--model", metavar="NAME[:VERSION|@ALIAS]", help="Else the newest version of any model.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def connect(server: str | None) -> "Client":
    """Return a client of the service given, or of the one that the settings name; raises SettingsError."""
    from app.client import Client
    from app.settings import load_settings

    settings = load_settings(**({} if server is None else {"server": server}))
    return Client(settings.server, key=None if settings.key is None else settings.key.get_secret_value())


def refuse_folders(paths: list[Path], *, right: str) -> None:
    """Raise BadParameter, with what would be right, where one of the files is a folder."""
    for path in paths:
        if path.is_dir():
            message = f"{path} is a folder; {right}"
            raise typer.BadParameter(message)
