"""`nncore import` and `nncore datasets`, and with it `show` and `delete`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.figures import moment
from app.cli.options import AsJson, Server, connect, refuse_folders
from app.cli.output import Json, print_json, print_table, say, tell_deleted
from app.cli.upload import Shown, shown_upload

if TYPE_CHECKING:
    from app.client import Client

HDF5_SUFFIXES = (".h5", ".hdf5")
SKIPPED_SHOWN = 10


def import_dataset(
    name: Annotated[str, typer.Argument(help="How the dataset will be called.")],
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="A zip of class folders, or one or two HDF5 files: training, then test.", metavar="PATH..."
        ),
    ],
    *,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Import labelled images: a zip of class folders, or HDF5 files."""
    with connect(server) as client:
        if as_json:
            print_json(_import(client, name, paths))
            return
        with shown_upload() as shown:
            dataset = _import(client, name, paths, shown)
    _describe(dataset)


application = typer.Typer(help="List the datasets; show or delete one.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The dataset.")]


@application.callback(invoke_without_command=True)
def list_datasets(context: typer.Context, *, server: Server = None, as_json: AsJson = False) -> None:
    """List the datasets; or show or delete one."""
    if context.invoked_subcommand is not None:
        return
    with connect(server) as client:
        datasets = list(client.datasets())
    if as_json:
        print_json(datasets)
        return
    rows = [
        (
            each["name"],
            ", ".join(each["classes"]),
            each["images"]["train"],
            each["images"].get("test"),
            moment(each["created_at"]),
        )
        for each in datasets
    ]
    print_table(["name", "classes", "train", "test", "created"], rows)


@application.command("show")
def show_dataset(name: Name, *, server: Server = None, as_json: AsJson = False) -> None:
    """Show a dataset: its classes, how many images there are of each, and warnings."""
    with connect(server) as client:
        dataset = client.dataset(name)
    if as_json:
        print_json(dataset)
    else:
        _describe(dataset)


@application.command("delete")
def delete_dataset(name: Name, *, server: Server = None, as_json: AsJson = False) -> None:
    """Delete a dataset; models that were trained on it stay."""
    with connect(server) as client:
        client.delete_dataset(name)
    tell_deleted(name, as_json=as_json)


def _import(client: "Client", name: str, paths: list[Path], shown: "Shown | None" = None) -> Json:
    refuse_folders(paths, right=f"make a zip of it first: cd {paths[0]} && zip -r ../{name}.zip .")
    sent, read = shown or (None, None)
    are_hdf5 = [path.suffix.lower() in HDF5_SUFFIXES for path in paths]
    if all(are_hdf5) and len(paths) <= 2:
        return client.import_hdf5(name, *paths, on_progress=sent, on_pictures=read)
    if len(paths) == 1:
        return client.import_archive(name, paths[0], on_progress=sent, on_pictures=read)
    message = "give one zip, or a training and perhaps a test file of HDF5 (.h5)"
    raise typer.BadParameter(message)


def _describe(dataset: Json) -> None:
    typer.echo(f"{dataset['name']}: {', '.join(dataset['classes'])}")
    for split, counts in dataset["counts"].items():
        told = ", ".join(f"{count} {label}" for label, count in counts.items())
        typer.echo(f"  {split}: {dataset['images'][split]} images ({told})")
    for warning in dataset["warnings"]:
        say(f"  warning: {warning['detail']}")
    for skipped in dataset["skipped"][:SKIPPED_SHOWN]:
        say(f"  skipped {skipped['filename']}: {skipped['detail']}")
    unseen = dataset["skipped_count"] - len(dataset["skipped"][:SKIPPED_SHOWN])
    if unseen > 0:
        typer.echo(f"  and {unseen} more skipped")
