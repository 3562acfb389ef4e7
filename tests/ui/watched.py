"""A page in the browser that is watched: what the console says, what axe finds, whether it is too wide."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from tests.kit.places import ROOT
from tests.kit.waiting import DEADLINE

AXE = ROOT / "webui/node_modules/axe-core/axe.min.js"
SHOTS = ROOT / "target/ui"


@dataclass(frozen=True)
class Look:
    """How the page is looked at."""

    theme: str = "light"
    width: int = 1280

    @property
    def height(self) -> int:
        return 844 if self.width < 600 else 800


class Watched:
    def __init__(self, browser: Browser, look: Look) -> None:
        scheme: Any = look.theme
        size: Any = {"width": look.width, "height": look.height}
        # axe is put into the page by the tests, which the page's own policy would forbid; that policy has its own test.
        context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
        context.set_default_timeout(1000 * DEADLINE)
        self.page: Page = context.new_page()
        self.look = look
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def shot(self, name: str, *, is_whole: bool = False) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}-{self.look.theme}-{self.look.width}.png"
        self.page.screenshot(path=path, full_page=is_whole)

    def barriers(self) -> list[str]:
        """What axe calls serious or critical."""
        self.page.add_script_tag(path=AXE)
        found = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]

    def is_wider_than_the_window(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))
