"""The start form under a keyboard, and the errors of a run that it has started."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.kit.page import Page, page
from tests.kit.places import LOCUSTFILES
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until
from tests.ui.conftest import Open

RAISES = """
from locust import User, constant, task

class Buyer(User):
    wait_time = constant(1)
    @task
    def buy(self):
        {}["price"]

class Reader(User):
    wait_time = constant(1)
    @task
    def read(self):
        pass
"""


@pytest.fixture
def plain() -> Iterator[Page]:
    """Open for longer than the browser."""
    with page(RLOCUST, LOCUSTFILES / "web" / "plain.py") as there:
        yield there


@pytest.fixture
def raising(tmp_path: Path) -> Iterator[Page]:
    (tmp_path / "locustfile.py").write_text(RAISES)
    with page(RLOCUST, tmp_path / "locustfile.py") as there:
        yield there


def test_what_is_typed_replaces_what_a_field_had(plain: Page, visit: Open) -> None:
    """30 typed into a field with 1 gave 130 users."""
    screen = visit(f"http://127.0.0.1:{plain.port}/").page
    users, rate = screen.get_by_label("Users", exact=True), screen.get_by_label("Ramp up")
    preview = screen.get_by_label("What will happen")
    expect(users).to_be_focused()
    expect(preview).to_contain_text("1 user in")
    screen.keyboard.type("30")
    expect(users).to_have_value("30")
    screen.keyboard.press("Tab")
    expect(rate).to_be_focused()
    screen.keyboard.type("15")
    expect(rate).to_have_value("15")
    expect(preview).to_contain_text("30 users in 2 s")


def test_classes_that_share_a_user_are_not_one_each_and_exceptions_have_a_type(raising: Page, visit: Open) -> None:
    screen = visit(f"http://127.0.0.1:{raising.port}/").page
    shares = screen.get_by_label("What will happen").locator("table.bars tbody td:last-child")
    expect(shares).to_have_text(["≈ 0.5", "≈ 0.5"])
    screen.get_by_label("Users", exact=True).fill("2")
    expect(shares).to_have_text(["1", "1"])
    raising.swarm(user_count=2, spawn_rate=2)
    until("an exception", lambda: raising.get("/exceptions").json()["exceptions"])
    screen.goto(f"http://127.0.0.1:{raising.port}/?tab=errors")
    row = screen.locator("tbody tr")
    expect(row).to_contain_text("KeyError: 'price'")
    row.click()
    panel = screen.get_by_label("Error", exact=True)
    expect(panel.locator(".message")).to_have_text("KeyError: 'price'")
    seen = panel.locator(".facts div", has_text="First")
    expect(seen).to_contain_text(re.compile(r"\d"))
    told = raising.get("/exceptions").json()["exceptions"][0]["msg"]
    assert told == "'price'", "Locust's route keeps Locust's message"
