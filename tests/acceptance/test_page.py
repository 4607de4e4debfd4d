"""The page, as a visitor with a browser meets it."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from app.client import Client
from app.demo import own_service
from tests.acceptance.visitor import Visitor

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"
SCHEMES, WIDTHS = ("light", "dark"), (1600, 360)


@pytest.fixture(scope="module")
def empty_service(tmp_path_factory: pytest.TempPathFactory, on_new_database) -> Iterator[str]:
    with on_new_database(), own_service(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, empty_service: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, empty_service, viewport={"width": 1280, "height": 900})
    yield visitor
    visitor.tab.context.close()


@pytest.fixture(scope="module")
def brought(pictures: tuple[Path, Path]) -> tuple[list[Path], Path]:
    """What the visitor brings: the cat images and a photo, or built-in pictures where those are not on this machine."""
    cats, photos = SHARED_DATA / "cat-vs-noncat", SHARED_DATA / "photos"
    if not cats.is_dir() or not photos.is_dir():
        return [pictures[0]], pictures[1]
    return [cats / "train_catvnoncat.h5", cats / "test_catvnoncat.h5"], min(photos.glob("*.jpg"))


def test_a_visitor_imports_trains_compares_and_asks(visitor: Visitor, brought: tuple[list[Path], Path]):
    files, photo = brought
    looks_at_empty_views(visitor)
    imports(visitor, files, name="cats")
    if len(files) == 2:
        expect(visitor.tab.get_by_alt_text("Image train 146")).to_be_visible()  # it stands in both splits
    visitor.finds_no_fault()
    for activation in ("tanh", "relu"):
        trains(visitor, dataset="cats", model=f"cats-{activation}", activation=activation)
    compares(visitor, "cats-tanh:1", "cats-relu:1")
    watches_a_curve_grow(visitor, dataset="cats")
    looks_at_a_model(visitor, "cats-relu")
    asks_about(visitor, photo, model="cats-relu:1")
    learns(visitor)

    visitor.stayed_here()


def test_what_is_wrong_is_said_at_its_field(visitor: Visitor, pictures: tuple[Path, Path]):
    with Client(visitor.address) as client:
        client.import_archive("faulty", pictures[0])
    visitor.open("#/train?dataset=faulty", heading="Train")
    visitor.tab.get_by_label("Epochs", exact=True).fill("0")
    visitor.tab.get_by_label("Hidden layers").fill("5, many")
    visitor.tab.get_by_label("Dropout", exact=True).evaluate("input => input.value = '2'")  # it is folded away
    visitor.press("Start training")

    for label, fault in (
        ("Epochs", "greater than or equal to 1"),
        ("Hidden layers", "integer"),
        ("Dropout", "less than 1"),
    ):
        field = visitor.tab.get_by_label(label, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_be_visible()
        expect(field).to_have_accessible_description(re.compile(fault))
    expect(visitor.tab.get_by_label("Hidden layers")).to_be_focused()
    visitor.finds_no_fault()


def test_every_input_of_a_training_has_its_line_of_help(visitor: Visitor, remote: Client, trained: str):
    visitor.address = remote.server
    visitor.open(f"#/train?dataset={trained}", heading="Train")
    schema = httpx.get(f"{remote.server}/openapi.json").json()["components"]["schemas"]["Hyperparameters"]["properties"]
    pointers = [f"/hyperparameters/{name}" for name in schema]
    assert len(pointers) > 10
    for pointer in pointers:
        field = visitor.tab.locator(f"[name^='{pointer}']").first
        assert (
            len(
                field.evaluate(
                    "input => document.getElementById(input.getAttribute('aria-describedby').split(' ')[0]).textContent"
                )
            )
            > 5
        )


def test_a_search_is_made_of_rows(visitor: Visitor, remote: Client, trained: str):
    visitor.address = remote.server
    visitor.open(f"#/train?dataset={trained}&kind=tune", heading="Train")
    visitor.tab.get_by_label("Model", exact=True).fill("found-by-rows")
    visitor.tab.get_by_label("Learning rate: how").select_option("log_uniform")
    visitor.tab.get_by_label("Learning rate: what to try").fill("0.01, 0.1")
    visitor.press("Try another hyperparameter")
    visitor.tab.get_by_label("Hyperparameter", exact=True).last.select_option("activation")
    visitor.tab.get_by_role("group", name="Activation: what to try").get_by_label("Sigmoid").uncheck()
    for label, text in (("Candidates", "3"), ("Folds", "2"), ("Epochs", "3")):
        visitor.tab.get_by_label(label, exact=True).fill(text)
    visitor.finds_no_fault()
    visitor.press("Start the search")

    board = visitor.tab.get_by_role("region", name="Leaderboard")
    expect(board.get_by_role("row")).to_have_count(4)
    visitor.finds_no_fault()
    [job] = remote.jobs(model="found-by-rows")
    tried = {"learning_rate": {"log_uniform": [0.01, 0.1]}, "activation": ["tanh", "relu", "leaky_relu"]}
    assert job["search"]["search"] == tried
    assert visitor.console == []


def test_a_fault_of_a_search_is_said_in_its_row(visitor: Visitor, remote: Client, trained: str):
    visitor.address = remote.server
    visitor.open(f"#/train?dataset={trained}&kind=tune", heading="Train")
    visitor.tab.get_by_label("Learning rate: what to try").fill("0.01, fast")
    visitor.press("Start the search")

    expect(visitor.tab.locator(".trial .fault")).to_have_text(re.compile("fast"))
    visitor.finds_no_fault()


def test_all_pictures_of_a_class_can_be_seen(visitor: Visitor, remote: Client, trained: str):
    visitor.address = remote.server
    visitor.open(f"#/datasets/{trained}", heading=trained)
    expect(visitor.tab.get_by_role("heading", name="ring · the first")).to_be_visible()
    visitor.press("More of ring")

    expect(visitor.tab.get_by_role("heading", name="ring · 120")).to_be_visible()
    expect(visitor.tab.get_by_alt_text("pictures of the class ring")).to_have_count(2)
    expect(visitor.tab.get_by_role("button", name="More of ring")).to_be_hidden()


def test_an_alias_is_made_asked_and_removed(visitor: Visitor, remote: Client, trained: str):
    visitor.address = remote.server
    visitor.open(f"#/models/{trained}/1", heading=f"{trained}:1")
    visitor.tab.get_by_label("New alias", exact=True).fill("not so good")
    visitor.press("Add")
    expect(visitor.tab.get_by_label("New alias", exact=True)).to_have_attribute("aria-invalid", "true")
    visitor.tab.get_by_label("New alias", exact=True).fill("good")
    visitor.press("Add")
    visitor.tab.get_by_role("link", name=f"{trained}@good").click()
    visitor.sees("Predict")
    expect(visitor.tab.get_by_label("Model")).to_have_value(f"{trained}@good")

    visitor.tab.go_back()
    visitor.sees(f"{trained}:1")
    visitor.finds_no_fault()
    visitor.press("Remove good")
    expect(visitor.tab.get_by_role("link", name=f"{trained}@good")).to_have_count(0)
    assert list(remote.aliases(trained)) == []


def test_a_model_shows_what_the_service_says_of_it(visitor: Visitor, remote: Client, trained: str):
    visitor.address = remote.server
    visitor.open(f"#/models/{trained}/1", heading=f"{trained}:1")
    metrics = remote.version(trained, 1)["metrics"]["test"]
    cells = visitor.tab.get_by_role("region", name="Confusion matrix").locator("td span:first-child")
    assert [int(count) for count in cells.all_text_contents()] == [
        count for row in metrics["confusion"] for count in row
    ]
    asked = {"split": "test", "limit": 24}
    hardest = httpx.get(f"{remote.server}/models/{trained}/versions/1/hardest", params=asked).json()["items"]
    pictures = visitor.tab.locator(".hardest img")
    expect(pictures).to_have_count(len(hardest))
    for picture, told in zip(pictures.all(), hardest, strict=True):
        expect(picture).to_have_attribute("alt", f"test {told['index']}: {told['label']}")
        expect(picture).to_have_js_property("naturalWidth", 64)
    weights = visitor.tab.get_by_alt_text("The weights of the first layer's units as pictures")
    assert weights.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 8 * 64
    visitor.stayed_here()


def test_images_that_stand_in_both_splits_are_shown_side_by_side(
    visitor: Visitor, remote: Client, pictures: tuple[Path, Path], tmp_path: Path
):
    archive = shutil.copy(pictures[0], tmp_path / "twice.zip")
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("test/star/again.png", file.read("train/star/64-001.png"))
    remote.import_archive("twice", archive)
    visitor.address = remote.server
    visitor.open("#/datasets/twice", heading="twice")
    [pair] = visitor.tab.locator(".pairs li").all()
    one, other = pair.get_by_role("img").all()
    content = "async image => [await image.decode(), await (await fetch(image.src)).text()][1]"
    assert one.evaluate(content) == other.evaluate(content)
    boxes = [one.bounding_box(), other.bounding_box()]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + 64 <= boxes[1]["x"]
    visitor.finds_no_fault()
    visitor.stayed_here()


def test_gradients_are_checked_with_one_click(visitor: Visitor):
    visitor.open("#/learn", heading="Learn")
    visitor.press("Check the gradients")
    expect(
        visitor.tab.get_by_text(re.compile("^The gradients differ by .*: back-propagation is right"))
    ).to_be_visible()
    visitor.finds_no_fault()
    visitor.stayed_here()


def test_a_photo_is_taken_with_the_camera(visitor: Visitor, remote: Client, trained: str):
    visitor.address = remote.server
    visitor.open(f"#/predict?model={trained}", heading="Predict")
    visitor.press("Take a photo")
    expect(visitor.tab.locator("video")).not_to_have_js_property("videoWidth", 0)
    visitor.finds_no_fault()
    visitor.press("Take it")
    expect(visitor.tab.locator(".said strong")).to_have_text(re.compile("^(ring|star)$"))
    expect(visitor.tab.locator("video")).to_have_count(0)
    expect(visitor.tab.get_by_role("button", name="Take a photo")).to_be_focused()
    visitor.stayed_here()


def test_a_name_that_is_taken_is_said_at_the_name(
    visitor: Visitor, remote: Client, trained: str, pictures: tuple[Path, Path]
):
    visitor.address = remote.server
    visitor.open("#/datasets", heading="Datasets")
    visitor.tab.locator("input[type=file]").set_input_files(pictures[0])
    for name, fault in ((trained, "taken|exists|already"), ("so so", "letters")):
        visitor.tab.get_by_label("Name").fill(name)
        visitor.press("Import")
        expect(visitor.tab.get_by_label("Name")).to_have_accessible_description(re.compile(fault))
        expect(visitor.tab.get_by_label("Name")).to_be_focused()
    visitor.finds_no_fault()


def test_a_job_that_trains_shows_its_checks_and_can_be_asked(
    visitor: Visitor, remote: Client, trained: str, pictures: tuple[Path, Path]
):
    every = {"checkpoint_every": 100, "check_gradients_every": 10_000}
    settings = {"epochs": 1_000_000, "hidden_layers": []}
    job = remote.train(trained, "asked-early", hyperparameters=settings, **every)
    visitor.address = remote.server
    visitor.open(f"#/jobs/{job['id']}", heading="asked-early")
    expect(visitor.tab.get_by_role("region", name="Gradient checks").get_by_text("right").first).to_be_visible()
    visitor.finds_no_fault()
    visitor.tab.get_by_role("link", name="Predict with it now").click()
    visitor.sees("Predict")
    visitor.drop(pictures[1])

    expect(visitor.tab.get_by_text(re.compile("Said by the checkpoint of epoch [0-9,]+00;"))).to_be_visible()
    visitor.finds_no_fault()
    remote.cancel(job["id"])


def looks_at_empty_views(visitor: Visitor) -> None:
    visitor.open("", heading="Datasets")
    visitor.finds_no_fault()
    for view, says in (
        ("Train", "No dataset yet"),
        ("Jobs", "No jobs yet"),
        ("Models", "No models yet"),
        ("Predict", "No model yet"),
    ):
        visitor.goes_to(view)
        expect(visitor.tab.get_by_role("heading", name=says)).to_be_visible()
    visitor.finds_no_fault()


def imports(visitor: Visitor, files: list[Path], *, name: str) -> None:
    visitor.goes_to("Datasets")
    visitor.tab.locator("input[type=file]").set_input_files(files)
    visitor.tab.get_by_label("Name").fill(name)
    visitor.press("Import")
    visitor.sees(name)


def trains(visitor: Visitor, *, dataset: str, model: str, activation: str, epochs: int = 600) -> None:
    visitor.open(f"#/train?dataset={dataset}", heading="Train")
    visitor.tab.get_by_label("Model", exact=True).fill(model)
    visitor.tab.get_by_label("Activation").select_option(activation)
    visitor.tab.get_by_label("Initializer").select_option("he")
    visitor.tab.get_by_label("Epochs", exact=True).fill(str(epochs))
    visitor.press("Start training")
    visitor.sees(model)


def watches_a_curve_grow(visitor: Visitor, *, dataset: str) -> None:
    trains(visitor, dataset=dataset, model="endless", activation="tanh", epochs=1_000_000)
    line = visitor.tab.locator(".chart .line").first
    before = line.get_attribute("points")
    expect(line).not_to_have_attribute("points", before)
    assert len(line.get_attribute("points").split()) > len(before.split())
    visitor.finds_no_fault()
    state = visitor.tab.locator(".job-state .pill")
    for button, reached in (("Pause", "paused"), ("Resume", "running"), ("Cancel", "cancelled")):
        visitor.press(button)
        expect(state).to_have_text(reached)


def compares(visitor: Visitor, *names: str) -> None:
    visitor.goes_to("Jobs")
    for name in names:
        expect(visitor.tab.get_by_role("link", name=name)).to_be_visible()
        visitor.tab.get_by_role("checkbox", name=f"Show the curves of {name}").check()
    expect(visitor.tab.locator(".chart").first.locator(".line")).to_have_count(4)  # training and test of both
    table = visitor.tab.get_by_role("region", name="What differs")
    expect(table.get_by_role("row", name=re.compile("Activation (tanh relu|relu tanh)"))).to_be_visible()
    reads_a_value(visitor.tab.get_by_label("Cost: the arrow keys read the values"), visitor)
    visitor.press("Log")
    visitor.finds_no_fault()


def reads_a_value(chart: Locator, visitor: Visitor) -> None:
    chart.focus()
    visitor.tab.keyboard.press("ArrowRight")
    visitor.tab.keyboard.press("ArrowRight")
    expect(visitor.tab.locator(".legend li").first).to_have_text(re.compile(r"^epoch [12]$"))


def looks_at_a_model(visitor: Visitor, name: str) -> None:
    visitor.goes_to("Models")
    visitor.tab.get_by_role("link", name=name).click()
    visitor.sees(f"{name}:1")
    expect(visitor.tab.locator(".hardest li")).to_have_count(24)
    expect(visitor.tab.locator(".hardest img").first).to_have_js_property("naturalWidth", 64)
    visitor.finds_no_fault()


def asks_about(visitor: Visitor, photo: Path, *, model: str) -> None:
    visitor.goes_to("Predict")
    visitor.tab.get_by_label("Model").select_option(model)
    visitor.drop(photo)
    expect(visitor.tab.locator(".said strong")).to_have_text(re.compile("^(cat|non-cat|ring|star)$"))
    visitor.press("What spoke for it?")
    explanation = visitor.tab.get_by_role("region", name="Explanation")
    expect(explanation.get_by_role("img")).to_be_visible()
    off = float(explanation.locator("dd").last.text_content())
    assert off < 1e-10
    visitor.finds_no_fault()


def learns(visitor: Visitor) -> None:
    visitor.goes_to("Learn")
    expect(visitor.tab.get_by_role("img", name="Tanh and its derivative")).to_be_visible()
    visitor.press("Follow an image of its dataset")
    expect(visitor.tab.get_by_role("region", name="Forward").get_by_text(re.compile("^20 . 12,288$"))).to_be_visible()
    visitor.finds_no_fault()


@pytest.mark.long
def test_a_service_with_keys_asks_for_one(browser: Browser, pictures: tuple[Path, Path], tmp_path: Path, monkeypatch):
    monkeypatch.setenv("NNCORE_KEYS", "on")
    monkeypatch.setenv("NNCORE_KEY", "nncore-open-sesame")
    with own_service(tmp_path) as address:
        visitor = Visitor(browser, address)
        visitor.open("", heading="A key, please")
        visitor.tab.get_by_label("Key").fill("wrong")
        visitor.press("Open")
        expect(visitor.tab.get_by_label("Key")).to_have_accessible_description(re.compile("opens nothing"))
        visitor.finds_no_fault()
        visitor.tab.get_by_label("Key").fill("nncore-open-sesame")
        visitor.press("Open")
        visitor.sees("Datasets")
        imports(visitor, [pictures[0]], name="locked")
        expect(visitor.tab.locator("img.sheet").first).not_to_have_js_property("naturalWidth", 0)

        other = Visitor(browser, address)
        other.open("#key=nncore-open-sesame", heading="Datasets")
        assert other.tab.url == f"{address}/#/datasets"
        other.goes_to("Train")
        expect(other.tab.locator(".curl pre")).to_contain_text('curl -H "Authorization: Bearer $NNCORE_KEY" -H')

        with Client(address, key="nncore-open-sesame") as client:
            job = client.train("locked", "locked", hyperparameters={"epochs": 3})
            assert list(client.watch(job["id"]))[-1]["status"] == "succeeded"
            key = client.create_key("phone", "predict")["key"]
        has_a_key_for_predictions(Visitor(browser, address), key, pictures[1])


def has_a_key_for_predictions(visitor: Visitor, key: str, picture: Path) -> None:
    """What such a key may see is there, and nothing else is offered or asked for."""
    links = visitor.tab.get_by_role("navigation").get_by_role("link")
    visitor.open(f"#key={key}", heading="Predict")
    assert visitor.tab.url == f"{visitor.address}/#/predict"
    visitor.tab.reload()  # now the address itself leads there
    visitor.sees("Predict")
    assert [link for link in links.all_text_contents() if visitor.tab.get_by_role("link", name=link).is_visible()] == [
        "Models",
        "Predict",
        "Learn",
    ]
    visitor.drop(picture)
    expect(visitor.tab.locator(".said strong")).to_have_text(re.compile("^(ring|star)$"))
    expect(visitor.tab.locator(".curl pre")).to_contain_text('curl -H "Authorization: Bearer $NNCORE_KEY" -F')
    visitor.goes_to("Learn")
    visitor.sees("Learn")
    visitor.goes_to("Models")
    visitor.tab.get_by_role("link", name="locked").click()
    visitor.sees("locked:1")
    expect(visitor.tab.get_by_role("button")).to_have_count(2)  # of the theme, and to download
    visitor.finds_no_fault()
    visitor.stayed_here()

    visitor.open("#/jobs", heading="That did not work")
    expect(visitor.tab.get_by_role("alert")).to_contain_text("this needs a key of scope train")


@pytest.mark.long
def test_every_view_in_every_size_and_colour(
    browser: Browser, service: str, trained: str, screenshots: Path | None, pictures
):
    """No view has a fault or overflows; with --screenshots FOLDER there is a picture of each."""
    jobs = two_jobs(service, trained)
    for width in WIDTHS:
        for scheme in SCHEMES:
            visitor = Visitor(browser, service, viewport={"width": width, "height": 900}, color_scheme=scheme)
            for name, place in views(trained, jobs).items():
                visitor.tab.goto("about:blank")  # so that the view is the first one, and its heading has no focus yet
                visitor.tab.goto(f"{service}/{place}")
                visitor.tab.wait_for_selector("h1")
                look_closer(visitor, name, pictures[1])
                visitor.finds_no_fault()
                assert visitor.tab.evaluate("document.documentElement.scrollWidth") <= width, name
                if screenshots is not None:
                    visitor.tab.screenshot(path=screenshots / f"{name}-{width}-{scheme}.png", full_page=True)
            visitor.tab.context.close()


def two_jobs(service: str, dataset: str) -> list[str]:
    with Client(service) as client:
        settings = {"epochs": 600, "hidden_layers": [20], "initializer": "he", "learning_rate": 0.0007}
        jobs = [
            client.train(dataset, f"shapes-{name}", hyperparameters=settings | {"activation": name})
            for name in ("tanh", "relu")
        ]
        for job in jobs:
            assert list(client.watch(job["id"]))[-1]["status"] == "succeeded"
        return [job["id"] for job in jobs]


def views(dataset: str, jobs: list[str]) -> dict[str, str]:
    return {
        "datasets": "#/datasets",
        "dataset": f"#/datasets/{dataset}",
        "train": f"#/train?dataset={dataset}",
        "search": f"#/train?dataset={dataset}&kind=tune",
        "jobs": f"#/jobs?compare={','.join(jobs)}",
        "job": f"#/jobs/{jobs[1]}",
        "models": "#/models",
        "model": "#/models/shapes-relu/1",
        "predict": "#/predict?model=shapes-relu",
        "learn": "#/learn",
        "missing": "#/datasets/nothing",
    }


def look_closer(visitor: Visitor, name: str, picture: Path) -> None:
    """Wait for what comes late, and open what shows more."""
    tab = visitor.tab
    if name in ("jobs", "job"):
        tab.wait_for_selector(".chart .line")
    elif name == "model":
        tab.wait_for_selector(".hardest img")
    elif name == "predict":
        tab.wait_for_selector(".drop")
        visitor.drop(picture)
        visitor.press("What spoke for it?")
        tab.wait_for_selector(".explanation")
    elif name == "learn":
        visitor.press("Follow an image of its dataset")
        tab.wait_for_selector(".walk")
    if name not in ("jobs", "job"):  # these ask again and again
        tab.wait_for_load_state("networkidle")
