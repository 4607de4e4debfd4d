"""What is shown stays where it is while the rest comes in: whoever clicks in that moment hits what was meant."""

import pytest
from playwright.sync_api import Browser

from app.client import Client
from tests.acceptance.visitor import Visitor

MOST = 0.1
"""The shift of a layout up to which a page counts as good (Web Vitals, "cumulative layout shift")."""
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput) shifts.push({ value, of: sources.map(({ node }) => node?.className ?? node?.textContent) });
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "view",
    ["datasets", "datasets/{name}", "train", "jobs", "jobs/{job}", "models", "models/{name}/1", "predict", "learn"],
)
def test_nothing_moves_while_a_view_comes_in(browser: Browser, remote: Client, trained: str, view: str, width: int):
    [job] = (job["id"] for job in remote.jobs() if job["model"]["name"] == trained)
    visitor = Visitor(browser, remote.server, viewport={"width": width, "height": 850})
    visitor.tab.add_init_script(SHIFTS)
    visitor.tab.route("**/*.png", lambda route: (visitor.tab.wait_for_timeout(100), route.continue_()))

    visitor.tab.goto(f"{remote.server}/#/{view.format(name=trained, job=job)}")
    visitor.tab.wait_for_selector("main h1")
    visitor.tab.wait_for_load_state("networkidle")
    shifts = visitor.tab.evaluate("shifts")

    assert sum(shift["value"] for shift in shifts) < MOST, shifts
    visitor.tab.context.close()
