"""The report as it is printed: what a browser leaves out on paper, and what the first line says."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.kit.places import ROOT
from tests.kit.runs import Goal, run_until
from tests.kit.targets import demo_server
from tests.kit.tools import RLOCUST
from tests.ui.conftest import Open

SHOP = ROOT / "tests/ui/locustfiles/shop.py"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of a run with failures and without limits."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    with demo_server() as server:
        options = ["-u", "2", "-r", "2", "-H", server.url, "--html", file]
        run_until(RLOCUST, Goal(samples=150), "-f", SHOP, "--headless", *options)
    return Path(file).as_uri()


def test_a_run_without_limits_is_neither_good_nor_bad(report: str, visit: Open) -> None:
    outcome = visit(report).page.locator(".outcome")
    expect(outcome).to_have_class("outcome is-open")
    expect(outcome).to_contain_text("requests failed. No limits were set.")


def test_paper_has_the_names_of_columns_the_bars_and_charts_of_full_width(report: str, visit: Open) -> None:
    page = visit(report).page
    expect(page.locator("figure.chart canvas").first).to_be_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})
    names = page.get_by_label("Endpoints").locator("thead th")
    expect(names.filter(has_text="req/s").first).to_be_visible()
    name = page.get_by_label("Endpoints").locator("tbody th").first.bounding_box()
    assert name and name["width"] >= 100, name
    expect(page.locator("table.bars span.bar").first).to_be_visible()
    expect(page.locator("header.bar")).to_have_count(0)
    shares = page.locator(".charts figure.chart").evaluate_all(
        "all => all.filter(one => one.querySelector('canvas'))"
        ".map(one => one.querySelector('canvas').clientWidth / document.body.clientWidth)"
    )
    assert shares and min(shares) > 0.8, shares
    exact = page.locator("table.bars span.bar").first.evaluate("bar => getComputedStyle(bar).printColorAdjust")
    assert exact == "exact"
