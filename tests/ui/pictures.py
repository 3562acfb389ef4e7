"""`python -m tests.ui.pictures`: the pictures in docs/pictures, of a real run against the demo server."""

import shutil
from pathlib import Path
from signal import SIGTERM
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.kit.page import Page, page
from tests.kit.places import ROOT
from tests.kit.targets import demo_server
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until

PICTURES = ROOT / "docs" / "pictures"
#: Long enough for curves, short enough for somebody who waits.
SECONDS = 60
WIDE = {"width": 1280, "height": 860}
USERS = 60


def seconds_of(there: Page) -> int:
    return len(there.get("/api/v1/series").json()["t"])


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium")
    with TemporaryDirectory() as folder, demo_server() as target, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        screen = browser.new_page(viewport=WIDE, color_scheme="light")
        report = Path(folder) / "report.html"
        options = ["-H", target.url, "--html", str(report), "--fail-if", "p95 > 50ms"]
        with page(RLOCUST, ROOT / "locustfiles" / "todo_journey.py", *options, cwd=Path(folder)) as there:
            there.swarm(user_count=USERS, spawn_rate=2)
            screen.goto(f"http://127.0.0.1:{there.port}/")
            until("a minute of the run", lambda: seconds_of(there) >= SECONDS, 2 * SECONDS, every=1)
            screen.screenshot(path=PICTURES / "page.png")
            there.process.signal(SIGTERM)
            there.process.wait()
        screen.goto(report.as_uri())
        screen.wait_for_selector("figure.chart canvas")
        screen.get_by_role("heading", name="Curves").evaluate("heading => heading.scrollIntoView()")
        screen.screenshot(path=PICTURES / "report.png")
        browser.close()


if __name__ == "__main__":
    main()
