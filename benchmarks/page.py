"""The page's first visit.

What a browser that has never been here fetches for the first view, before pictures, and when it paints the first
content: headless Chromium on the machine of the service, each visit in a context of its own.
"""

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from app.demo import own_service
from benchmarks.measure import seconds, verdict

CHROMIUM = Path("/usr/bin/chromium")
VISITS = 9
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"


def rows() -> list[dict[str, str]]:
    """Visit an empty service again and again."""
    with tempfile.TemporaryDirectory() as home, own_service(Path(home)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        visits = [visit(browser, address) for _ in range(VISITS + 1)][
            1:
        ]  # the first one starts the browser's processes
        browser.close()
    painted = median(at for at, _, _ in visits)
    _, files, size = visits[-1]
    return [
        {
            "files": str(files),
            "bytes": f"{size / 1e3:.0f} kB",
            "first content": seconds(painted),
            "slowest visit": seconds(max(at for at, _, _ in visits)),
            "seconds to the first content": verdict(painted, most=0.5),
        }
    ]


def visit(browser: Browser, address: str) -> tuple[float, int, int]:
    """Return the seconds to the first content, and how many files of how many bytes in all came."""
    context = browser.new_context()
    tab = context.new_page()
    sizes: list[int] = []
    tab.on("response", lambda response: sizes.append(int(response.headers.get("content-length", 0))))
    tab.goto(address)
    tab.wait_for_selector("h1")
    painted = float(tab.evaluate(PAINTED))
    context.close()
    return painted, len(sizes), sum(sizes)
