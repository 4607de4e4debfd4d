"""`nncore explain`."""

import typer

from app.cli.figures import percent
from app.cli.options import AsJson, ModelReference, Pictures, Server, connect, refuse_folders
from app.cli.output import Json, print_json, print_table

COLUMNS = ["picture", "label", "probability", "logit", "pixels for", "pixels against", "bias"]


def explain(
    images: Pictures,
    *,
    model: ModelReference = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Tell what spoke for an answer and what against, with --json pixel by pixel; exits 1 if one could not be read."""
    from app.client_upload import shown_name

    with connect(server) as client:
        refuse_folders(images, right="name its pictures")
        answer = client.explain(images, model=model)
    if as_json:
        print_json(answer)
    else:
        told = zip(answer["explanations"], images, strict=True)
        print_table(COLUMNS, [_row(each | {"filename": shown_name(path)}) for each, path in told])
    if any(each.get("error") for each in answer["explanations"]):
        raise typer.Exit(1)


def _row(explanation: Json) -> tuple[object, ...]:
    if explanation.get("error"):
        return (explanation["filename"], explanation["error"]["code"], explanation["error"]["detail"], *[""] * 4)
    shares = [share for row in explanation["map"] for share in row]
    speaks_for, against = (sum(share for share in shares if (share > 0) is sign) for sign in (True, False))
    numbers = (explanation["logit"], speaks_for, against, explanation["bias"])
    return (
        explanation["filename"],
        explanation["label"],
        percent(explanation["probability"]),
        *[f"{number:+.3f}" for number in numbers],
    )
