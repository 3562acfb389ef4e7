"""The screens over a real run: what the made-up one shows, the server tells as well."""

from collections.abc import Iterator

import pytest

from tests.ui.conftest import Open, real_run
from tests.ui.watched import Look

# screen: address, what must be seen
SCREENS = {
    "overview": ("?tab=overview", "figure:has-text('Latency heatmap') canvas"),
    "endpoints": ("?tab=endpoints", "tr:has-text('/checkout')"),
    "endpoint": ("?tab=endpoints&endpoint=GET+%2Fcheckout", "aside.panel >> text=Percentiles"),
    "errors": ("?tab=errors", "tr:has-text('503 Server Error')"),
    "load": ("?tab=load", "text=Shopper"),
    "logs": ("?tab=logs", ".entry:has-text('Starting Locust')"),
    "report": ("stats/report", "text=What became of the samples"),
}


@pytest.fixture(scope="module")
def running_test() -> Iterator[str]:
    with real_run("--autostart", "-u", "5", "-r", "5") as address:
        yield address


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_shows_a_real_run(running_test: str, visit: Open, screen: str) -> None:
    path, sign = SCREENS[screen]
    watched = visit(f"{running_test}/{path}", Look("dark" if screen == "errors" else "light"))
    watched.page.wait_for_selector(sign)
    watched.shot(f"real-{screen}")
    assert not watched.is_wider_than_the_window()
    assert watched.barriers() == []
