"""News on the page: by a stream, by asking when there is none; none while nobody looks, and all of them after."""

import re
from typing import Any

import requests
from playwright.sync_api import Page, Route, expect

from tests.kit.waiting import DEADLINE
from tests.ui.conftest import Open, Server

FIGURE = re.compile(r"\d")
HIDE = "Object.defineProperty(document, 'hidden', { value: %s, configurable: true })"
TOLD = "document.dispatchEvent(new Event('visibilitychange'))"


COUNT_CLOSED = """window.streamsClosed = 0; const { close } = EventSource.prototype;
EventSource.prototype.close = function () { streamsClosed += 1; close.call(this); };"""


def hide(page: Page, is_hidden: bool) -> None:
    page.evaluate(HIDE % ("true" if is_hidden else "false"))
    page.evaluate(TOLD)


def test_a_hidden_page_closes_the_stream_and_takes_it_up_where_it_left_off(serve: Server, visit: Open) -> None:
    page = visit("about:blank").page
    page.add_init_script(COUNT_CLOSED)
    page.goto(serve() + "/?tab=overview")
    clock = page.locator(".bar .is-time dd")
    expect(clock).to_have_text(FIGURE)
    for _ in range(3):  # the first may come with the state, beside the stream
        expect(clock).not_to_have_text(clock.inner_text())
    hide(page, True)
    assert page.evaluate("streamsClosed") == 1
    with page.expect_request(lambda request: "/stream" in request.url) as again:
        hide(page, False)
    assert "last_event_id=" in again.value.url


def test_without_a_stream_the_page_asks_and_says_so(serve: Server, visit: Open) -> None:
    watched = visit("about:blank")
    page = watched.page
    page.route("**/api/v1/stream*", lambda route: route.fulfill(status=503))
    page.goto(serve() + "/?tab=overview")
    expect(page.locator("main")).to_contain_text("asks every two seconds")
    with page.expect_request(lambda request: request.url.endswith("/api/v1/state")):
        pass
    watched.complaints.clear()  # that the stream was refused stands in the console


def test_percentiles_that_workers_of_locust_have_reported_are_marked(serve: Server, visit: Open) -> None:
    page = visit("about:blank").page

    def rounded(route: Route) -> None:
        rows = route.fetch().json()
        route.fulfill(json=[row | {"rounded": True} for row in rows])

    # A stream without news: those of the made-up run are of exact times.
    quiet = {"content_type": "text/event-stream", "body": "retry: 600000\n\n"}
    page.route("**/api/v1/stream*", lambda route: route.fulfill(**quiet))
    page.goto(serve() + "/?tab=overview")
    tile = page.locator(".tiles li", has_text="p95")
    expect(tile).to_contain_text("ms")
    expect(tile).not_to_contain_text("~")
    page.route("**/api/v1/endpoints*", rounded)
    page.reload()
    expect(tile.locator(".value")).to_contain_text("~")
    expect(page.locator("main")).to_contain_text("rounded to two digits: in part reported by")


def test_the_curve_is_the_same_after_a_reload(serve: Server, visit: Open) -> None:
    page = visit(serve() + "/?tab=overview").page

    def curve() -> list[str]:
        chart = page.locator("figure.chart").first
        expect(chart.locator(".legend b").first).to_have_text(FIGURE)
        chart.get_by_role("button", name="Throughput as a table").click()
        expect(chart.locator("tbody tr").nth(19)).to_be_visible()
        return chart.locator("tbody tr").all_inner_texts()[:20]

    before = curve()
    page.reload()
    assert curve() == before


def test_the_address_says_what_is_seen_and_accepts_the_tabs_of_locust(serve: Server, visit: Open) -> None:
    page = visit(serve() + "/?tab=failures").page
    expect(page.get_by_role("heading", level=1)).to_have_text("Errors")
    page.get_by_role("button", name="Logs").click()
    expect(page).to_have_url(serve() + "/?tab=logs")


def test_the_address_prefills_the_form_and_secrets_are_not_in_the_page(serve: Server, visit: Open) -> None:
    address = serve("--idle", "--picker", "--workers", "3")
    page = visit(address + "/?user_count=77&spawn_rate=5&host=http://x.example&run_time=90s&tenant=blue").page
    expect(page.get_by_label("Users", exact=True)).to_have_value("77")
    expect(page.get_by_label("Run time")).to_have_value("90s")
    expect(page.get_by_label("tenant")).to_have_value("blue")
    token = page.get_by_label("api token")
    expect(token).to_have_value("")
    expect(token).to_have_attribute("placeholder", "set; leave empty to keep it")


def test_the_form_sends_what_it_shows_and_a_class_is_edited(serve: Server, visit: Open) -> None:
    page = visit(serve("--idle", "--picker", is_own=True) + "/").page
    page.get_by_label("Edit ApiUser").click()
    page.get_by_role("dialog").get_by_label("Weight").fill("8")
    with page.expect_request("**/user") as told:
        page.get_by_role("button", name="Save").click()
    edited: Any = told.value.post_data_json
    assert (edited["user_class_name"], edited["weight"]) == ("ApiUser", 8)
    expect(page.locator("tr:has-text('ApiUser') td").first).to_have_text("8")
    page.get_by_label("Admin", exact=True).uncheck()
    page.get_by_label("Users", exact=True).fill("30")
    with page.expect_request("**/api/v1/start") as sent:
        page.get_by_role("button", name="Start", exact=True).click()
    body: Any = sent.value.post_data_json
    assert (body["user_count"], body["user_classes"], body["shape_class"]) == (30, ["ShopUser", "ApiUser"], "Default")


def test_the_brush_sets_the_range_of_all_charts_and_brackets_change_it(serve: Server, visit: Open) -> None:
    page = visit(serve() + "/?tab=overview").page
    expect(page.locator("figure.chart .legend b").first).to_have_text(FIGURE)  # nothing is moved by what comes
    over = page.locator("figure.chart .u-over").first
    expect(over).to_be_visible()
    box = over.bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 40, steps=5)
    page.mouse.up()
    expect(page.get_by_title("Back to the whole run")).to_be_visible()
    page.keyboard.press("]")
    expect(page.get_by_role("button", name="Whole run")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("[")
    expect(page.get_by_role("button", name="1 h")).to_have_attribute("aria-pressed", "true")


def test_the_page_needs_no_other_host_and_keeps_its_own_policy(serve: Server, visit: Open) -> None:
    address = serve()
    assert "default-src 'self'" in requests.get(address, timeout=DEADLINE).headers["content-security-policy"]
    watched = visit("about:blank")
    hosts: list[str] = []
    watched.page.on("request", lambda request: hosts.append(request.url))
    watched.page.goto(address + "/?tab=overview")
    expect(watched.page.locator("figure.chart canvas").first).to_be_visible()
    assert [url for url in hosts if not url.startswith(address)] == []
