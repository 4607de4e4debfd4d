"""`nncore demo`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.figures import percent
from app.cli.output import Json
from app.cli.progress import watch

if TYPE_CHECKING:
    from app.client import Client

NAME = "shapes"
HYPERPARAMETERS = {"hidden_layers": [20], "initializer": "he", "learning_rate": 0.02, "epochs": 300}

AGAIN = """
The same by curl, against the service that `make serve` starts in this folder:

  curl -F name={name} -F archive=@{archive} http://127.0.0.1:8000/datasets
  curl -H 'Content-Type: application/json' http://127.0.0.1:8000/train -d '{{
    "dataset": "{name}", "model": "{name}",
    "hyperparameters": {{"hidden_layers": [20], "initializer": "he", "learning_rate": 0.02, "epochs": 300}}}}'
  curl 'http://127.0.0.1:8000/jobs?limit=1'   # again, until its status is "succeeded"
  curl -F file=@{picture} 'http://127.0.0.1:8000/predict?model={name}'
"""


def demo(
    *,
    folder: Annotated[Path, typer.Option(help="Where the pictures are left, for curl.")] = Path("data") / "demo",
) -> None:
    """Show everything once on built-in pictures: import, train, predict, over HTTP, on a service of its own."""
    from app.client import Client, ClientError
    from app.demo import own_service, write_pictures

    try:
        archive, picture = write_pictures(folder)
    except OSError as error:
        message = f"cannot write to {folder}: {error.strerror}; name another with --folder"
        raise ClientError(message) from error
    typer.echo(f"drew {archive} and {picture}")
    with TemporaryDirectory(prefix="nncore-demo-") as home, own_service(Path(home)) as address:
        typer.echo(f"started a service at {address}")
        with Client(address) as client:
            _import_and_train(client, archive)
            _predict(client, picture)
    typer.echo(AGAIN.format(name=NAME, archive=archive, picture=picture).rstrip())


def _import_and_train(client: "Client", archive: Path) -> None:
    dataset = client.import_archive(NAME, archive)
    images = dataset["images"]
    typer.echo(f"imported {images['train']} pictures to train on and {images['test']} to test with")
    job = watch(client, client.train(NAME, NAME, hyperparameters=HYPERPARAMETERS)["id"])
    if job["status"] != "succeeded":
        typer.echo(f"nncore: the training {job['status']}: {job['error']}", err=True)
        raise typer.Exit(1)
    typer.echo(f"trained: {percent(job['metrics']['test']['accuracy'])} of the test pictures are told right")


def _predict(client: "Client", picture: Path) -> None:
    prediction: Json = client.predict([picture], model=NAME)["predictions"][0]
    typer.echo(f"{picture} is a {prediction['label']} ({percent(prediction['probability'])})")
