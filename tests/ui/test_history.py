"""The screens of earlier runs over the real server: tests of a process are listed, noted, compared and deleted."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.kit.page import Page, page
from tests.kit.places import LOCUSTFILES
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until
from tests.ui.conftest import Open


def states(there: Page) -> list[str]:
    return [run["state"] for run in there.get("/api/v1/runs").json()]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page with three runs; the last test with it deletes one."""
    folder = tmp_path_factory.mktemp("history")
    with page(RLOCUST, LOCUSTFILES / "web" / "plain.py", "--history", "runs", cwd=folder) as there:
        for number in (1, 2, 3):
            there.swarm(user_count=2, spawn_rate=100)
            until("it has requests", lambda: there.stats()["stats"][-1]["num_requests"])
            until("it is kept", lambda number=number: len(states(there)) == number)
            there.post("/stop")
            until("it is over", lambda number=number: states(there) == ["complete"] * number)
        yield there


def test_a_report_of_an_earlier_run_opens(there: Page, visit: Open) -> None:
    screen = visit(f"http://127.0.0.1:{there.port}/?tab=runs").page
    screen.get_by_role("link", name="Report").first.click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Load test report")


def test_runs_are_noted_compared_and_deleted(there: Page, visit: Open) -> None:
    screen = visit(f"http://127.0.0.1:{there.port}/?tab=runs").page
    rows = screen.locator("tbody tr")
    expect(rows).to_have_count(3)
    note = screen.get_by_label("Note").first
    note.fill("with the index")
    with screen.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        note.press("Tab")
    assert there.get("/api/v1/runs").json()[0]["note"] == "with the index"
    labels = screen.get_by_label("Labels").first
    labels.fill(" index , v2,, index")
    with screen.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        labels.press("Tab")
    expect(labels).to_have_value("index, v2")
    assert there.get("/api/v1/runs").json()[0]["labels"] == ["index", "v2"]
    listed = screen.get_by_label("Filter runs")
    for text, count in [("V2 with the", 1), ("no such run", 0), ("", 3)]:
        listed.fill(text)
        expect(screen.get_by_label("Note")).to_have_count(count)
    boxes, compare = screen.locator("tbody input[type=checkbox]"), screen.get_by_role("button", name="Compare")
    for box in boxes.all():
        box.check()
    expect(compare).to_be_disabled()
    expect(screen.locator("main")).to_contain_text("3 are ticked")
    boxes.last.uncheck()
    compare.click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Compare")
    expect(screen.locator("figure.chart canvas")).to_have_count(2)
    rows_of_changes = screen.locator("table.changes tbody tr")
    expect(rows_of_changes.first).to_contain_text("Aggregated")
    expect(rows_of_changes.first).to_contain_text(re.compile("not tested|same|better|worse"))
    untested = screen.locator("table.changes td.is-not-tested").first
    expect(untested).not_to_contain_text("%")  # of one sample a change says nothing
    rates = rows_of_changes.first.locator("td").nth(1).locator(".muted").inner_text().split(" → ")
    legend = screen.locator("figure.chart").first.locator(".legend b")
    expect(legend).to_have_text(rates)  # the run's, not those of its last second
    screen.get_by_label("Filter endpoints").fill("no such endpoint")
    expect(rows_of_changes).to_have_count(1)
    screen.get_by_label("Filter endpoints").fill("")
    expect(screen.locator("main")).to_contain_text("with the index")
    screen.get_by_role("button", name="Runs", exact=False).last.click()
    screen.get_by_role("button", name="Delete").first.click()
    screen.get_by_role("button", name="Really?").click()
    expect(rows).to_have_count(2)
    assert len(states(there)) == 2


def test_without_a_folder_the_screen_says_what_is_needed(visit: Open) -> None:
    with page(RLOCUST, LOCUSTFILES / "web" / "plain.py") as there:
        watched = visit(f"http://127.0.0.1:{there.port}/?tab=runs")
        expect(watched.page.locator("main")).to_contain_text("--history FOLDER")
        watched.page.goto("about:blank")
        watched.complaints.clear()  # that the server keeps none stands in the console
