"""`nncore models`, and with it what is done with one model."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.figures import moment, percent
from app.cli.options import AsJson, Server, connect
from app.cli.output import Json, print_answer, print_facts, print_json, print_table, tell_deleted

application = typer.Typer(help="List the models; show, delete, name or upload one, or see where it errs.")

Reference = Annotated[str, typer.Argument(metavar="NAME[:VERSION|@ALIAS]", help="NAME alone is its newest version.")]


@application.callback(invoke_without_command=True)
def list_models(context: typer.Context, *, server: Server = None, as_json: AsJson = False) -> None:
    """List the models with their versions; or show, delete, name or upload one, or see where it errs."""
    if context.invoked_subcommand is not None:
        return
    with connect(server) as client:
        models = list(client.models())
    if as_json:
        print_json(models)
        return
    rows = [_row(version) for model in models for version in model["versions"]]
    print_table(["model", "classes", "dataset", "train", "test", "created"], rows)


@application.command("show")
def show_model(model: Reference, *, server: Server = None, as_json: AsJson = False) -> None:
    """Show a version: metrics with the confusion of its classes, hyperparameters, warnings; and the model's aliases."""
    with connect(server) as client:
        name, version = client.resolve(model)
        found = client.version(name, version)
        aliases = {f"alias {each['alias']}": each["version"] for each in client.aliases(name)}
    if as_json:
        print_json(found)
    else:
        print_facts({key: value for key, value in found.items() if key != "preprocessing"} | aliases)


@application.command("delete")
def delete_model(
    model: Annotated[str, typer.Argument(metavar="NAME[:VERSION]", help="NAME alone is all its versions.")],
    *,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Delete a version, or a model with all its versions."""
    with connect(server) as client:
        if ":" in model or "@" in model:
            client.delete_version(*client.resolve(model))
        else:
            client.delete_model(model)
    tell_deleted(model, as_json=as_json)


@application.command("alias")
def name_version(
    model: Reference,
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="As live: NAME@live then means the version.")],
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Delete the alias; the version stays.")] = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Have an alias mean a version from now on."""
    with connect(server) as client:
        name, version = client.resolve(model)
        if remove:
            client.delete_alias(name, alias)
            tell_deleted(f"{name}@{alias}", as_json=as_json)
            return
        told = client.put_alias(name, alias, version)
    print_answer(told, f"{name}@{alias} is {name}:{version}", as_json=as_json)


@application.command("upload")
def upload_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model that gets a new version.")],
    parameters: Annotated[Path, typer.Argument(metavar="FILE", help="A parameter file, as `nncore export` saves it.")],
    *,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Make a version of a parameter file from elsewhere."""
    with connect(server) as client:
        version = client.upload_parameters(name, parameters)
    print_answer(version, f"{name}:{version['version']}", as_json=as_json)


@application.command("hardest")
def show_hardest(
    model: Reference,
    *,
    split: Annotated[str, typer.Option(help="test or train.")] = "test",
    limit: Annotated[int, typer.Option(help="How many images at most.")] = 24,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """List the images that a model errs on most, the costliest first."""
    with connect(server) as client:
        answer = client.hardest(*client.resolve(model), split=split, limit=limit)
    if as_json:
        print_json(answer)
        return
    columns = ["index", "label", "predicted", "probability", "cost"]
    rows = [
        (*[each[name] for name in columns[:3]], percent(each["probability"]), f"{each['cost']:.4f}")
        for each in answer["items"]
    ]
    print_table(columns, rows)


def _row(version: Json) -> tuple[object, ...]:
    accuracies = [percent((version["metrics"].get(split) or {}).get("accuracy")) for split in ("train", "test")]
    name = f"{version['name']}:{version['version']}"
    return (
        name,
        ", ".join(version["classes"]),
        version["dataset"]["name"],
        *accuracies,
        moment(version["created_at"]),
    )
