"""The page without a mouse."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from app.client import Client
from tests.acceptance.visitor import KeyboardVisitor

SIGNATURE = b"\x89HDF\r\n\x1a\n"


@pytest.fixture
def visitor(browser: Browser, service: str) -> Iterator[KeyboardVisitor]:
    visitor = KeyboardVisitor(browser, service, viewport={"width": 1280, "height": 900})
    yield visitor
    visitor.tab.context.close()


def test_a_keyboard_is_enough(visitor: KeyboardVisitor, pictures: tuple[Path, Path]):
    visitor.open("#/learn", heading="Learn")
    visitor.uses("Skip to the content", role="link")
    visitor.arrives("Learn")
    visitor.goes_to("Datasets")
    imports(visitor, pictures[0], name="typed")
    trains(visitor, "endless", epochs=1_000_000)
    is_kept_while_the_list_changes(visitor, "endless")
    holds_and_cancels(visitor)
    trains_again(visitor, "short", epochs=100)
    compares(visitor, "short:1", "endless")
    takes_home(visitor, "short")
    asks_about(visitor, pictures[1])
    visitor.goes_to("Models")
    visitor.uses("short", role="link")
    visitor.arrives("short:1")
    visitor.deletes()
    visitor.arrives("Models")
    visitor.goes_to("Datasets")
    visitor.uses("typed", role="link")
    visitor.arrives("typed")
    visitor.deletes()
    visitor.arrives("Datasets")

    visitor.stayed_here()


def imports(visitor: KeyboardVisitor, archive: Path, *, name: str) -> None:
    visitor.chooses(archive, button="Choose files")
    expect(visitor.tab.get_by_label("Name")).to_be_focused()
    visitor.uses("Cancel")
    expect(visitor.tab.get_by_role("button", name="Choose files")).to_be_focused()
    visitor.tab.keyboard.press("Shift+Tab")
    visitor.chooses(archive, button="Choose files")
    visitor.tab.keyboard.press("Control+a")
    visitor.tab.keyboard.type(name)
    visitor.tab.keyboard.press("Enter")
    visitor.arrives(name)


def trains(visitor: KeyboardVisitor, model: str, *, epochs: int) -> None:
    visitor.uses("Train on it", role="link")
    visitor.arrives("Train")
    visitor.types(model, into="Model")
    activation = visitor.tab.get_by_label("Activation", exact=True)
    visitor.reaches(activation)
    visitor.tab.keyboard.type("Tanh")
    expect(activation).to_have_value("tanh")
    visitor.tab.keyboard.press("ArrowDown")
    expect(activation).to_have_value("relu")
    visitor.types(str(epochs), into="Epochs")
    visitor.tab.keyboard.press("Enter")
    visitor.arrives(model)


def is_kept_while_the_list_changes(visitor: KeyboardVisitor, model: str) -> None:
    visitor.goes_to("Jobs")
    visitor.reaches(visitor.tab.get_by_role("link", name=model))
    changes(visitor.tab.get_by_role("row", name=re.compile(model)).locator(".progress span"))
    expect(visitor.tab.get_by_role("link", name=model)).to_be_focused()
    visitor.tab.keyboard.press("Enter")
    visitor.arrives(model)


def changes(element: Locator) -> None:
    before = element.text_content()
    expect(element).not_to_have_text(before)


def holds_and_cancels(visitor: KeyboardVisitor) -> None:
    state = visitor.tab.locator(".job-state .pill")
    for button, reached, then in (
        ("Pause", "paused", "Resume"),
        ("Resume", "running", "Pause"),
        ("Cancel", "cancelled", "Again, with changes"),
    ):
        if visitor.tab.locator(":focus").text_content() != button:
            visitor.reaches(visitor.tab.get_by_role("button", name=button, exact=True))
        visitor.tab.keyboard.press("Enter")
        expect(state).to_have_text(reached)
        expect(visitor.tab.locator(":focus")).to_have_text(then)


def trains_again(visitor: KeyboardVisitor, model: str, *, epochs: int) -> None:
    visitor.tab.keyboard.press("Enter")
    visitor.arrives("Train")
    visitor.types(model, into="Model")
    visitor.types("0", into="Epochs")
    visitor.tab.keyboard.press("Enter")
    expect(visitor.tab.get_by_label("Epochs", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(visitor.tab.get_by_label("Epochs", exact=True)).to_be_focused()
    visitor.console.clear()  # the browser itself tells of an answer of 422
    visitor.tab.keyboard.press("Control+a")
    visitor.tab.keyboard.type(str(epochs))
    visitor.uses("Start training", key="Space")
    visitor.arrives(model)
    expect(visitor.tab.get_by_role("link", name="See the model")).to_be_visible()


def compares(visitor: KeyboardVisitor, *names: str) -> None:
    visitor.goes_to("Jobs")
    for name in names:
        box = visitor.tab.get_by_role("checkbox", name=f"Show the curves of {name},")
        visitor.reaches(box)
        if not box.is_checked():
            visitor.tab.keyboard.press("Space")
        expect(box).to_be_checked()
        expect(box).to_be_focused()
    expect(
        visitor.tab.get_by_role("region", name="What differs").get_by_role("row", name=re.compile("Epochs"))
    ).to_be_visible()


def takes_home(visitor: KeyboardVisitor, model: str) -> None:
    visitor.goes_to("Models")
    visitor.uses(model, role="link")
    visitor.arrives(f"{model}:1")
    visitor.reaches(visitor.tab.get_by_role("button", name="Download"))
    with visitor.tab.expect_download() as download:
        visitor.tab.keyboard.press("Enter")
    assert download.value.suggested_filename == f"{model}-1.h5"
    assert download.value.path().read_bytes().startswith(SIGNATURE)
    expect(visitor.tab.get_by_role("button", name="Download")).to_be_focused()


def asks_about(visitor: KeyboardVisitor, picture: Path) -> None:
    visitor.reaches(visitor.tab.get_by_role("main").get_by_role("link", name="Predict"), key="Shift+Tab")
    visitor.tab.keyboard.press("Enter")
    visitor.arrives("Predict")
    visitor.chooses(picture, button="Choose photos")
    expect(visitor.tab.get_by_role("button", name="Choose photos")).to_be_focused()
    visitor.uses("What spoke for it?")
    expect(visitor.tab.get_by_role("region", name="Explanation").get_by_role("img")).to_be_visible()
    expect(visitor.tab.locator(":focus")).to_have_text("Copy")


@pytest.mark.long
def test_the_focus_goes_on_to_the_next_job_where_one_is_deleted(visitor: KeyboardVisitor, remote: Client, trained: str):
    jobs = [remote.train(trained, f"listed-{number}", hyperparameters={"epochs": 2}) for number in range(3)]
    for job in jobs:
        assert list(remote.watch(job["id"]))[-1]["status"] == "succeeded"
    visitor.open("#/jobs", heading="Jobs")
    boxes = [visitor.tab.get_by_role("checkbox", name=f"Show the curves of listed-{number}:1") for number in range(3)]
    visitor.reaches(boxes[1])
    remote.delete_job(jobs[1]["id"])

    expect(boxes[1]).to_have_count(0)
    expect(boxes[0]).to_be_focused()  # the newest stands first


@pytest.mark.long
def test_the_focus_stays_where_something_was_done(visitor: KeyboardVisitor, trained: str):
    focused = visitor.tab.locator(":focus")
    visitor.open(f"#/datasets/{trained}", heading=trained)
    visitor.uses("More of ring")  # which goes with the last pictures
    expect(focused).to_have_text("More of star")
    visitor.open("#/learn", heading="Learn")
    visitor.uses("Check the gradients")
    expect(visitor.tab.get_by_text("back-propagation is right")).to_be_visible()
    expect(focused).to_have_text("Check the gradients")
    visitor.open(f"#/models/{trained}/1", heading=f"{trained}:1")
    visitor.types("typed", into="New alias")
    visitor.tab.keyboard.press("Enter")
    expect(visitor.tab.get_by_role("link", name=f"{trained}@typed")).to_be_visible()
    expect(visitor.tab.get_by_label("New alias", exact=True)).to_be_focused()
    visitor.uses("Remove typed", way="Shift+Tab")
    expect(visitor.tab.get_by_label("New alias", exact=True)).to_be_focused()
    visitor.open(f"#/train?dataset={trained}&kind=tune", heading="Train")
    visitor.uses("Try another hyperparameter")
    expect(focused).to_have_attribute("aria-label", "Hyperparameter")
    visitor.uses("Remove Hidden layers")
    expect(focused).to_have_text("Try another hyperparameter")
    visitor.stayed_here()
