"""`nncore models`."""

from app.cli.figures import moment, percent
from app.cli.options import AsJson, Server, connect
from app.cli.output import Json, print_json, print_table


def list_models(*, server: Server = None, as_json: AsJson = False) -> None:
    """List the models with their versions."""
    with connect(server) as client:
        models = list(client.models())
    if as_json:
        print_json(models)
        return
    rows = [_row(version) for model in models for version in model["versions"]]
    print_table(["model", "classes", "dataset", "train", "test", "created"], rows)


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
