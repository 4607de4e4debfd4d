"""Every figure of the documents that has a unit stands where it was measured, or follows from the code."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from app import pipeline, server, webhook_signature
from app.images import IMAGE_SHAPE
from app.jobs import engine
from app.services import checkpoint_keeper, event_feed, infer, start_training, unheard_wishes, webhooks
from app.settings import Settings
from app.storage.webhooks import LEASE
from nncore import Hyperparameters, cost_model, inputs
from nncore.recipe import RECIPE
from tests.app.api.test_dashboard import LIMIT

REPOSITORY = Path(__file__).parents[1]
RESULTS = (REPOSITORY / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
DOCUMENTS = [*(REPOSITORY / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md"))]
DOCUMENTS += sorted((REPOSITORY / "docs").rglob("*.md"))
LINK = re.compile(r"\]\([\w./]*RESULTS\.md#([\w-]*)\)")
TOLERANCE = 0.2  # what a machine that does other things makes of a time

TIME, BYTES, SHARE, RATE, RATIO, COUNT = "seconds", "bytes", "percent", "a second", "times", "files"
UNITS = {
    "µs": (1e-6, TIME),
    "ms": (1e-3, TIME),
    "s": (1, TIME),
    "second": (1, TIME),
    "minute": (60, TIME),
    "hour": (3600, TIME),
    "byte": (1, BYTES),
    "kB": (1e3, BYTES),
    "KB": (1e3, BYTES),
    "MB": (1e6, BYTES),
    "GB": (1e9, BYTES),
    "KiB": (2**10, BYTES),
    "MiB": (2**20, BYTES),
    "GiB": (2**30, BYTES),
    "%": (1, SHARE),
    "percent": (1, SHARE),
    "requests/s": (1, RATE),
    "requests a second": (1, RATE),
    "a second": (1, RATE),
    "times": (1, RATIO),
    "x": (1, RATIO),
    "file": (1, COUNT),
}
WORDS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
QUANTITY = re.compile(rf"(?<![\w.,/-])(\d[\d,]*(?:\.\d+)?)(?: ?({WORDS})s?)(?![\w/]| \d)")

PIXELS = IMAGE_SHAPE[0] * IMAGE_SHAPE[1] * IMAGE_SHAPE[2]
LOSSY = ("webp", "jpeg", "jpeg-large", "jpeg-inks")
SWAGGER = ("swagger-ui-bundle.js", "swagger-ui.css")
SERIES = sum(units * (inputs + 1) for inputs, units in ((PIXELS, 5), (5, 5), (5, 1)))
CHECKPOINTS = checkpoint_keeper.SHARE * 100
LARGEST_SECRET = max(webhook_signature.BYTES)


def cost_of_a_form_for_one(*, n: int, epochs: int) -> float:
    """Return by how much a search of 320 networks takes longer in weight space, which one of them alone would take."""
    alone = cost_model.Work(n=n, d=PIXELS, units=5, epochs=epochs, steps=1, itemsize=8)
    search = replace(alone, lanes=320)
    assert cost_model.choose(Hyperparameters(), alone) == "weight_space"
    return cost_model.weight_space_seconds(search) / cost_model.sample_space_seconds(search)


OF_THE_CODE: dict[str, dict[str, float]] = {
    "CHANGELOG.md": {"2 GiB": Settings.model_fields["max_upload_bytes"].default},
    "docs/http-api.md": {
        "45,787,818 bytes": infer.most_json(Settings.model_construct()),
        "100 times": start_training.MAX_GRADIENT_CHECKS,
        "64 bytes": LARGEST_SECRET,
        "15 seconds": event_feed.SECONDS_OF_SILENCE,
    },
    "docs/jobs.md": {
        "5 s": engine.SECONDS_BETWEEN_SWEEPS,
        "30 s": LEASE.total_seconds(),
        "4 hours": webhooks.LONGEST_PAUSE.total_seconds(),
        "22 hours": sum(
            (min(webhooks.FIRST_PAUSE * 2**tried, webhooks.LONGEST_PAUSE) for tried in range(webhooks.MOST_TRIES - 1)),
            timedelta(),
        ).total_seconds(),
        "0.4 s": unheard_wishes.SECONDS_OF_PATIENCE,
    },
    "docs/operations.md": {
        "8 seconds": server.SECONDS_TO_ANSWER,
        "5 s": engine.SECONDS_BETWEEN_SWEEPS,
        "5 %": CHECKPOINTS,
        "64 bytes": LARGEST_SECRET,
        "12,288 bytes": PIXELS,
        "8 bytes": 8,
        "0.5 MB": SERIES * 8,
        "2 GB": inputs.LARGEST_HELD,
        "860 MB": 70_000 * (PIXELS + 8),
        "25 kB": len(json.dumps(pipeline.description())),
    },
    "docs/sample-space.md": {
        "2 GB": cost_model.LARGEST_GRAM,
        "2.7 MB": 320 * 5 * (209 + 1) * 8,
        "157 MB": 320 * 5 * PIXELS * 8,
        "4.3 times": cost_of_a_form_for_one(n=1000, epochs=5),
        "3.3 times": cost_of_a_form_for_one(n=10_000, epochs=50),
    },
    "docs/decisions/golden-pictures.md": {"48 KiB": len(LOSSY) * PIXELS},
    "docs/decisions/offline-documentation.md": {
        "1.7 MB": sum(len((files("fastapi_offline") / "static" / name).read_bytes()) for name in SWAGGER)
    },
    "docs/decisions/page.md": {"150 KB": LIMIT},
    "docs/decisions/picture-form.md": {"12 KiB": PIXELS},
}
"""What is no measurement: what the documents say, and what the code has."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_each_figure_is_measured_or_follows_from_the_code(document: Path):
    known = OF_THE_CODE.get(str(document.relative_to(REPOSITORY)), {})
    said = set()
    for paragraph in paragraphs(document):
        for text, anchor in parts(paragraph):
            for written, value, kind in quantities(text):
                said.add(written)
                if written in known:
                    assert value == pytest.approx(known[written], rel=0.05), f"{written}: {text}"
                else:
                    assert anchor is not None, f"{written} is not said to be measured, with a link behind it: {text}"
                    assert is_near(value, kind, SECTIONS[anchor]), f"{written} does not stand in #{anchor}: {text}"
    assert known.keys() <= said


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_each_link_to_the_results_leads_to_a_section(document: Path):
    text = document.read_text(encoding="utf-8")

    assert {anchor for anchor in LINK.findall(text) if anchor not in SECTIONS} == set()
    assert text.count("RESULTS.md)") == 0


def test_the_recipe_is_the_one_that_was_measured():
    units = " and ".join(map(str, RECIPE.hidden_layers))
    for text in (RESULTS, (REPOSITORY / "docs" / "http-api.md").read_text(encoding="utf-8")):
        words = " ".join(text.split())
        assert re.search(rf"{units} (ReLU )?units", words)
        assert f"{RECIPE.epochs} epochs at a rate of {RECIPE.learning_rate}" in words


def paragraphs(document: Path) -> Iterator[str]:
    """Yield what is no code: paragraphs, points of lists and rows of tables, without names of code."""
    text = re.sub(r"(?ms)^```.*?^```|`[^`]*`|^    [^\n]*", "", document.read_text(encoding="utf-8"))
    for block in re.split(r"\n\s*\n|\n(?=[|*-] ?)", text):
        yield " ".join(block.split())


def parts(paragraph: str) -> Iterator[tuple[str, str | None]]:
    """Yield the parts of a paragraph, each with the section of the results that a link at its end names."""
    begin = 0
    for link in LINK.finditer(paragraph):
        yield paragraph[begin : link.start()], link[1]
        begin = link.end()
    yield paragraph[begin:], None


def quantities(text: str) -> Iterator[tuple[str, float, str]]:
    """Yield each number with a unit: as it is written, in the unit of its kind, and the kind."""
    for found in QUANTITY.finditer(text):
        factor, kind = UNITS[found[2]]
        yield found[0], float(found[1].replace(",", "")) * factor, kind


def sections() -> Iterator[tuple[str, list[tuple[float, str]]]]:
    """Yield the sections of the results, by the anchor that GitHub gives them, with all that was measured."""
    for section in re.split(r"(?m)^## ", RESULTS)[1:]:
        title, _, text = section.partition("\n")
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        yield anchor, [(value, kind) for line in with_units(text) for _, value, kind in quantities(line)]


def with_units(text: str) -> Iterator[str]:
    """Yield the lines of a section, and in tables the unit that stands in a column's name behind each bare number."""
    names: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            names = []
        elif not names:
            names = cells
        else:
            yield from (
                f"{cell} {name}" for cell, name in zip(cells, names, strict=False) if name in ("requests/s", "files")
            )
        yield line


def is_near(value: float, kind: str, measured: list[tuple[float, str]]) -> bool:
    return any(kind == other and abs(value - found) <= TOLERANCE * found for found, other in measured)


SECTIONS = dict(sections())
