"""Figures of streamed answers: on the page where a run has some, growing while somebody looks, and in the report."""

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Open, Server
from tests.ui.watched import Look


@pytest.mark.parametrize("width", [1280, 390])
def test_streamed_answers_stand_on_the_overview_and_grow(serve: Server, visit: Open, width: int) -> None:
    watched = visit(serve("--streams") + "/?tab=overview", Look("light", width))
    card = watched.page.locator("section", has_text="Streamed answers")
    expect(card).to_contain_text("POST /chat")
    first_event = card.locator("tr", has_text="first event (ms)").locator("td")
    expect(first_event).to_have_count(7)
    counted = first_event.first
    watched.page.route("**/api/v1/state", lambda _: None)  # no answer any more: what comes now comes by ticks
    for _ in range(3):  # the first may come with a state that was asked for before
        expect(counted).not_to_have_text(counted.inner_text())
    assert not watched.is_wider_than_the_window()
    assert watched.barriers() == []


def test_a_run_without_streams_says_nothing_of_them(serve: Server, visit: Open) -> None:
    page = visit(serve() + "/?tab=overview").page
    expect(page.locator("figure.chart canvas").first).to_be_visible()
    expect(page.get_by_text("Streamed answers")).to_have_count(0)


def test_the_report_has_the_streams_of_the_page(serve: Server, visit: Open) -> None:
    page = visit(serve("--streams") + "/stats/report").page
    expect(page.locator("section", has_text="Streamed answers")).to_contain_text("POST /chat")
