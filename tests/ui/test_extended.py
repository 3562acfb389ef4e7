"""The interface of a suite that touches `web_ui.app`, in a browser, which unpacks what it is sent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.page import page
from tests.kit.places import LOCUSTFILES
from tests.kit.tools import RLOCUST
from tests.ui.conftest import Open

FILES = LOCUSTFILES / "web"

# screen: address, what must be seen
SCREENS = {
    "overview": ("", "figure:has-text('Latency heatmap') canvas"),
    "report": ("stats/report", "text=What became of the samples"),
}


@pytest.fixture(scope="module")
def extended() -> Iterator[str]:
    with page(RLOCUST, FILES / "extended.py", "--autostart", "-u", "2", "-r", "2") as served:
        yield f"http://127.0.0.1:{served.port}"


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_of_an_extended_interface_loads(extended: str, visit: Open, screen: str) -> None:
    path, sign = SCREENS[screen]
    visit(f"{extended}/{path}").page.wait_for_selector(sign)


def test_a_page_of_the_locustfile_loads(extended: str, browser: Browser) -> None:
    """It names no icon, so that the browser misses one, which a watched page would complain about."""
    shown = browser.new_page()
    shown.goto(f"{extended}/own/page")
    shown.wait_for_selector("text=2 users")
    shown.close()


def test_the_log_in_page_loads(visit: Open) -> None:
    with page(RLOCUST, FILES / "login.py", "--web-login") as served:
        screen = visit(f"http://127.0.0.1:{served.port}/login").page
        screen.wait_for_selector("form")
        expect(screen.locator("main")).to_contain_text("rlocust")
        expect(screen.get_by_role("button")).to_have_css("background-color", "rgb(53, 88, 196)")  # the page's accent
        assert screen.evaluate("authArgs.username_password_callback") == "/login_submit"
