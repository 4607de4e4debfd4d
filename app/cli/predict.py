"""`nncore predict`."""

from typing import Annotated

import typer

from app.cli.figures import percent
from app.cli.options import AsJson, ModelReference, Pictures, Server, connect, refuse_folders
from app.cli.output import Json, print_json, print_table
from app.cli.predict_batch import print_batch


def predict(
    images: Pictures,
    *,
    model: ModelReference = None,
    batch: Annotated[
        bool,
        typer.Option("--batch", help="Take any number of pictures, and folders; print each answer as it comes."),
    ] = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is on pictures; exits 1 if one of them could not be read."""
    from app.client_upload import shown_name

    with connect(server) as client:
        if batch:
            failed = print_batch(client, images, model=model, row=None if as_json else _row)
        else:
            refuse_folders(images, right="`nncore predict --batch` takes folders")
            answer = client.predict(images, model=model)
            failed = any(each.get("error") for each in answer["predictions"])
            if as_json:
                print_json(answer)
            else:
                _print(
                    [
                        told | {"filename": shown_name(path)}
                        for told, path in zip(answer["predictions"], images, strict=True)
                    ]
                )
    if failed:
        raise typer.Exit(1)


def _print(predictions: list[Json]) -> None:
    """Print a line a picture; an ensemble has a column more, for how far its members are apart."""
    is_ensemble = any("uncertainty" in each for each in predictions)
    columns = ["picture", "label", "probability", *(["uncertainty"] if is_ensemble else [])]
    print_table(columns, [_row(each)[: len(columns)] for each in predictions])


def _row(prediction: Json) -> tuple[object, ...]:
    if prediction.get("error"):
        return (prediction["filename"], prediction["error"]["code"], prediction["error"]["detail"], "")
    told = [percent(prediction[name]) for name in ("probability", "uncertainty") if prediction.get(name) is not None]
    return (prediction["filename"], prediction["label"], *told, "")[:4]
