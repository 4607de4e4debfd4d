"""`nncore keys create`, `list` and `revoke`."""

from enum import StrEnum
from typing import Annotated

import typer

from app.cli.figures import moment
from app.cli.options import AsJson, Server, connect
from app.cli.output import print_answer, print_json, print_table

application = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)


class Scope(StrEnum):
    """What a key allows; each allows what the one before it does."""

    predict = "predict"
    train = "train"
    admin = "admin"


@application.command("create")
def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is, or what for.")],
    *,
    scope: Annotated[Scope, typer.Option(help="What it allows; each allows what the one before it does.")],
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it; it is not shown again."""
    with connect(server) as client:
        key = client.create_key(name, scope.value)
    print_answer(key, key["key"], as_json=as_json)


@application.command("list")
def list_keys(*, server: Server = None, as_json: AsJson = False) -> None:
    """List the keys, without their secrets."""
    with connect(server) as client:
        keys = list(client.keys())
    if as_json:
        print_json(keys)
        return
    rows = [(key["id"], key["name"], key["scope"], moment(key["created_at"])) for key in keys]
    print_table(["id", "name", "scope", "created"], rows)


@application.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID")], *, server: Server = None, as_json: AsJson = False
) -> None:
    """Revoke a key: within a second it opens nothing any more."""
    with connect(server) as client:
        client.revoke_key(key_id)
    if as_json:
        print_json({"revoked": key_id})
