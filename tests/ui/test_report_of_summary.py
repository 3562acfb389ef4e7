"""The report that is made of a summary, as somebody sees it: its figures, the curves it has, what it has not."""

from pathlib import Path

from playwright.sync_api import expect

from tests.kit.places import ROOT
from tests.kit.runs import Goal, run_until
from tests.kit.targets import demo_server
from tests.kit.tools import RLOCUST, run
from tests.ui.conftest import Open


def test_the_report_of_a_summary_shows_its_sums_and_says_what_is_missing(tmp_path: Path, visit: Open) -> None:
    suite = ROOT / "tests/ui/locustfiles/shop.py"
    with demo_server() as server:
        options = ["-u", "2", "-r", "2", "-H", server.url, "--summary-json", tmp_path / "run.json"]
        goal = Goal(samples=150)  # at least two seconds: curves have a point a second
        run_until(RLOCUST, goal, "-f", suite, "--headless", *options)
    run(RLOCUST, "report", tmp_path / "run.json", "--html", tmp_path / "report.html")
    watched = visit((tmp_path / "report.html").as_uri())
    page = watched.page
    expect(page.locator("header")).to_contain_text("neither curves of single endpoints")
    expect(page.locator("figure.chart canvas").first).to_be_visible()
    expect(page.get_by_text("Latency heatmap")).to_have_count(0)
    page.locator("tr", has_text="/checkout").first.click()
    expect(page.get_by_text("Of this endpoint only sums were kept.")).to_be_visible()
    assert watched.barriers() == []
