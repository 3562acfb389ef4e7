"""How soon somebody can start a test: from the address to a form that takes what is typed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.ui.conftest import real_run

LOADS = 9
MOST_MS = 300

# When the first frame with the form has been drawn and the thread is free again: a click would be heard now.
WATCH = """() => {
    const look = () => {
        const buttons = [...document.querySelectorAll("main button")];
        const button = buttons.find(({ textContent }) => /^Start/.test(textContent.trim()));
        if (!button || button.disabled) return requestAnimationFrame(look);
        setTimeout(() => { window.interactiveAfter = performance.now(); }, 0);
    };
    requestAnimationFrame(look);
}"""

WAIT = """() => new Promise((done) => {
    const look = () => ("interactiveAfter" in window ? done(window.interactiveAfter) : setTimeout(look, 5));
    look();
})"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with real_run() as address:
        yield address


def interactive_after(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds of CPU that the page took of the browser's main thread until then, and of wall time since the
    navigation began, in a browser that has seen nothing of the page yet.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    counted = context.new_cdp_session(page)
    counted.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.add_init_script(f"({WATCH})()")
    page.goto(address, wait_until="commit")
    after = float(page.evaluate(WAIT))
    metrics = {one["name"]: one["value"] for one in counted.send("Performance.getMetrics")["metrics"]}
    context.close()
    return 1000 * metrics["TaskDuration"], after


@pytest.mark.nightly
@pytest.mark.clock
def test_the_page_is_interactive_within_300_ms(browser: Browser, address: str) -> None:
    """Of CPU, the best of some loads: how long that takes by the clock depends on who else uses the machine."""
    loads = [interactive_after(browser, address) for _ in range(LOADS)]
    cpu, wall = min(cpu for cpu, _ in loads), sorted(wall for _, wall in loads)
    clock = f"by the clock {wall[0]:.0f} ms at best, {wall[LOADS // 2]:.0f} ms in the middle"
    print(f"interactive after {cpu:.0f} ms of CPU; {clock}")
    assert 0 < cpu <= MOST_MS
