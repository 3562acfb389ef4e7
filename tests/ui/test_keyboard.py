"""A person's way with the keyboard only: start a test, watch it, edit its load, stop it, read its report; compare."""

import re

from playwright.sync_api import APIResponse, Page, Route, expect

from tests.kit.waiting import until
from tests.ui.conftest import Open, Server


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_test_is_started_watched_edited_and_stopped_by_keyboard_only(waiting: str, visit: Open) -> None:
    page = visit(waiting + "/").page
    expect(page.get_by_label("Users", exact=True)).to_be_focused()
    press(page, "Control+a", "7", "Tab", "Control+a", "7", "Enter")
    expect(page.locator(".badge")).to_contain_text("running")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")

    press(page, "2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Endpoints")
    expect(page.locator("tbody tr").first).to_be_visible()
    press(page, "/")
    expect(page.get_by_label("Filter endpoints")).to_be_focused()
    page.keyboard.type("login")
    expect(page.locator("tbody tr.opens")).to_have_count(1)
    press(page, "Escape")
    page.locator("tbody tr.opens").first.focus()
    press(page, "Enter")
    expect(page.locator("aside.panel h2")).to_contain_text("/login")
    press(page, "Escape")
    expect(page.locator("aside.panel")).to_have_count(0)

    press(page, "e")
    field = page.get_by_role("dialog").get_by_label("Users", exact=True)
    field.focus()
    press(page, "Control+a", "9", "Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".bar dl")).to_contain_text("9")

    press(page, "s")
    expect(page.get_by_role("dialog")).to_contain_text("Stop the test?")
    press(page, "Enter")
    expect(page.locator(".badge")).to_contain_text("stopped")

    page.get_by_label("More").focus()
    press(page, "Enter", "Tab", "Tab")
    with page.context.expect_page() as opened:
        page.get_by_text("Report in a new tab").focus()
        press(page, "Enter")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Load test report")


def test_a_screen_chosen_before_the_start_was_answered_stays(waiting: str, visit: Open) -> None:
    page = visit(waiting + "/").page
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/api/v1/start", lambda route: held.append((route, route.fetch())))
    expect(page.get_by_label("Users", exact=True)).to_be_focused()
    press(page, "Control+a", "7", "Tab", "Control+a", "7", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    press(page, "2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Endpoints")
    until("the start is held", lambda: page.title() and held)  # asking the page lets the driver work
    (route, response) = held[0]
    with page.expect_response("**/api/v1/state"):
        route.fulfill(response=response)
    expect(page.get_by_role("heading", level=1)).to_have_text("Endpoints")


def test_two_runs_are_ticked_and_compared_by_keyboard_only(serve: Server, visit: Open) -> None:
    page = visit(serve() + "/").page
    expect(page.locator(".badge")).to_be_visible()
    press(page, "6")
    boxes = page.locator("tbody input[type=checkbox]")
    expect(boxes).to_have_count(2)
    for at in range(2):
        boxes.nth(at).focus()
        press(page, "Space")
    page.get_by_role("button", name="Compare").focus()
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    expect(page.locator("figure.chart")).to_have_count(2)


def test_a_chart_is_walked_with_the_arrow_keys_and_its_values_are_read_out(serve: Server, visit: Open) -> None:
    page = visit(serve() + "/?tab=overview").page
    chart = page.locator("figure.chart").first
    expect(chart.locator(".legend b").first).to_have_text(re.compile(r"\d"))
    chart.locator(".plot").focus()
    press(page, "ArrowLeft", "ArrowLeft")
    expect(chart.locator("[aria-live]")).to_contain_text("failed")


def test_no_key_acts_while_something_is_typed(serve: Server, visit: Open) -> None:
    page = visit(serve() + "/?tab=endpoints").page
    page.get_by_label("Filter endpoints").focus()
    page.keyboard.type("s1e?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Endpoints")
