"""A visitor of the page, with a browser."""

import base64
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SWITCHES += ["--disable-component-update", "--disable-sync"]
SWITCHES += [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]  # a camera that shows a test picture
MILLISECONDS = 60_000  # to wait for something at most
expect.set_options(timeout=MILLISECONDS)

DROP = """([zone, name, content]) => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], name));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
FOCUS = """() => {
  const [element, page] = [document.activeElement, document.documentElement];
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return {
    name: `${element.tagName} ${element.ariaLabel ?? element.textContent.trim().slice(0, 40)}`,
    isNowhere: element === document.body || element === page,
    isMarked: outlineStyle === "solid" && parseFloat(outlineWidth) >= 2,
    left, right, top: top + page.scrollTop, bottom: bottom + page.scrollTop,
  };
}"""
HAS_FOCUS = "element => element === document.activeElement"
IS_WITHIN = "dialog => document.activeElement === document.body || dialog.contains(document.activeElement)"
STOPS = 80  # of the Tab key, to get anywhere in a view


class Visitor:
    """A tab of a browser, and what it has said and asked for meanwhile."""

    def __init__(self, browser: Browser, address: str, **how: object) -> None:
        self.tab: Page = browser.new_context(**how).new_page()
        self.tab.set_default_timeout(MILLISECONDS)
        self.address = address
        self.console: list[str] = []
        self.requests: list[str] = []
        self.tab.on("console", lambda message: self.console.append(message.text))
        self.tab.on("pageerror", lambda error: self.console.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))

    def open(self, place: str, *, heading: str) -> None:
        self.tab.goto(f"{self.address}/{place}")
        self.sees(heading)

    def sees(self, heading: str) -> None:
        expect(self.tab.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible(timeout=MILLISECONDS)

    def finds_no_fault(self) -> None:
        """Whether axe-core has nothing to say of what is shown now."""
        results = Axe().run(self.tab)
        assert results.violations_count == 0, results.generate_report()

    def stayed_here(self) -> None:
        """Whether the console is empty, and no request left the host."""
        assert self.console == []
        assert [url for url in self.requests if not url.startswith((self.address, "blob:"))] == []

    def press(self, name: str) -> None:
        self.tab.get_by_role("button", name=name, exact=True).click()

    def goes_to(self, name: str) -> None:
        self.tab.get_by_role("navigation").get_by_role("link", name=name).click()

    def drop(self, path: Path) -> None:
        content = base64.b64encode(path.read_bytes()).decode()
        zone = self.tab.locator(".drop").element_handle()
        self.tab.evaluate(DROP, [zone, path.name, content])


class KeyboardVisitor(Visitor):
    """A visitor who has a keyboard alone: what is to be used is reached by Tab or Shift+Tab first."""

    def __init__(self, browser: Browser, address: str, **how: object) -> None:
        super().__init__(browser, address, **how)
        self.tab.on("filechooser", lambda _: None)  # so that the browser always asks us, and never a person

    def arrives(self, heading: str) -> None:
        """Whether a view is shown and has the focus at its heading."""
        self.sees(heading)
        expect(self.tab.get_by_role("heading", level=1)).to_be_focused()

    def reaches(self, target: Locator, *, key: str = "Tab") -> None:
        """Press the key until the target has the focus; each stop on the way shows it, in the order of reading."""
        expect(target).to_be_visible()
        last = self.tab.evaluate(FOCUS)
        for _ in range(STOPS):
            self.tab.keyboard.press(key)
            now = self.tab.evaluate(FOCUS)
            assert not now["isNowhere"], f"{key} after {last['name']} leads nowhere"
            assert now["isMarked"], f"{now['name']} does not show its focus"
            one, other = (last, now) if key == "Tab" else (now, last)
            assert follows(other, one), f"{other['name']} is reached after {one['name']}"
            if target.evaluate(HAS_FOCUS):
                return
            last = now
        raise AssertionError(f"{target} is not among {STOPS} stops")

    def uses(self, name: str | re.Pattern[str], *, role: str = "button", key: str = "Enter", way: str = "Tab") -> None:
        self.reaches(self.tab.get_by_role(role, name=name, exact=True), key=way)
        self.tab.keyboard.press(key)

    def types(self, text: str, *, into: str) -> None:
        self.reaches(self.tab.get_by_label(into, exact=True))
        self.tab.keyboard.press("Control+a")
        self.tab.keyboard.type(text)

    def goes_to(self, name: str) -> None:
        self.uses(name, role="link", way="Shift+Tab")
        self.arrives(name)

    def chooses(self, path: Path, *, button: str) -> None:
        """Open the dialog of the system that asks for a file, and choose one there."""
        self.reaches(self.tab.get_by_role("button", name=button, exact=True))
        with self.tab.expect_file_chooser() as asked:
            self.tab.keyboard.press("Enter")
        asked.value.set_files(path)

    def deletes(self) -> None:
        """Press Delete, say no to the question, and yes when it comes again; what is behind it cannot be reached."""
        button = self.tab.get_by_role("button", name="Delete", exact=True)
        question = self.tab.get_by_role("dialog")
        self.reaches(button)
        self.tab.keyboard.press("Enter")
        for key in ("Tab", "Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"):
            self.tab.keyboard.press(key)
            assert question.evaluate(IS_WITHIN)
        self.tab.keyboard.press("Escape")
        expect(button).to_be_focused()
        self.tab.keyboard.press("Enter")
        expect(question.get_by_role("button", name="Keep")).to_be_focused()
        self.reaches(question.get_by_role("button", name="Delete"))
        self.tab.keyboard.press("Enter")


def follows(one: dict[str, float], other: dict[str, float]) -> bool:
    """Whether an element comes after another one for whoever reads from left to right and down."""
    return one["top"] >= other["top"] - 1 or one["left"] >= other["right"] - 1
