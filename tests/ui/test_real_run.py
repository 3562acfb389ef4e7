"""The screens over a real run: what the made-up one shows, the server tells as well."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

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
    with real_run("--autostart", "-u", "5", "-r", "5", "--fail-if", "p95 > 10s") as address:
        yield address


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_shows_a_real_run(running_test: str, visit: Open, screen: str) -> None:
    path, sign = SCREENS[screen]
    watched = visit(f"{running_test}/{path}", Look("dark" if screen == "errors" else "light"))
    watched.page.wait_for_selector(sign)
    watched.shot(f"real-{screen}")
    assert not watched.is_wider_than_the_window()
    assert watched.barriers() == []


@pytest.mark.parametrize("path", ["?tab=overview", "stats/report"])
def test_a_limit_says_what_was_measured_and_what_has_to_be_true(running_test: str, visit: Open, path: str) -> None:
    shown = visit(f"{running_test}/{path}").page.get_by_label("Limits")
    expect(shown).to_have_text(re.compile(r"✓ Held p95 of the run is [\d.]+ ms \(p95 ≤ 10s\)"))


def test_no_name_in_the_report_is_broken(running_test: str, visit: Open) -> None:
    """`rlocu st`, where the platform beside it is long."""
    names = visit(f"{running_test}/stats/report").page.locator(".card:has-text('Versions and machine') th")
    expect(names.first).to_be_visible()
    lines = names.evaluate_all(
        "all => all.map(each => { const text = document.createRange(); "
        "text.selectNodeContents(each); return text.getClientRects().length; })"
    )
    assert lines == [1] * len(lines), names.all_inner_texts()
