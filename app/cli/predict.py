"""`nncore predict`."""

import typer

from app.cli.options import AsJson, ModelReference, Pictures, Server, connect
from app.cli.output import Json, percent, print_json, print_table


def predict(
    images: Pictures,
    *,
    model: ModelReference = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is on pictures; exits 1 if one of them could not be read."""
    with connect(server) as client:
        answer = client.predict(images, model=model)
    if as_json:
        print_json(answer)
    else:
        print_table(["picture", "label", "probability"], [_row(each) for each in answer["predictions"]])
    if any(each.get("error") for each in answer["predictions"]):
        raise typer.Exit(1)


def _row(prediction: Json) -> tuple[object, ...]:
    if prediction.get("error"):
        return (prediction["filename"], prediction["error"]["code"], prediction["error"]["detail"])
    return (prediction["filename"], prediction["label"], percent(prediction["probability"]))
