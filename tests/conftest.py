"""Fixtures of all tests that run programs. `RLOCUST_TEST_TOOL=locust` aims the same tests at real Locust:
a way to see whether a test states what Locust does."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.clock import list_repeated, repeat_clock_tests
from tests.kit.targets import Nginx, Target, demo_server, fastapi_app, nginx
from tests.kit.tools import TOOLS, Tool


def pytest_configure() -> None:
    """A shell has what it runs in the background ignore SIGINT, and all that the tests start would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    repeat_clock_tests(config, items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    list_repeated(terminalreporter)


@pytest.fixture(scope="session")
def tool() -> Tool:
    return TOOLS[os.environ.get("RLOCUST_TEST_TOOL", "rlocust")]


@pytest.fixture(scope="session")
def demo_process() -> Iterator[Target]:
    with demo_server() as target:
        yield target


@pytest.fixture
def demo(demo_process: Target) -> Target:
    """The demo server with its counters at zero. One process serves all tests of a session."""
    demo_process.get("/counters/reset")
    return demo_process


@pytest.fixture
def todo_app(tmp_path: Path) -> Iterator[Target]:
    with fastapi_app("todo", tmp_path) as target:
        yield target


@pytest.fixture
def hello_app(tmp_path: Path) -> Iterator[Target]:
    with fastapi_app("hello", tmp_path) as target:
        yield target


@pytest.fixture
def web_server(tmp_path: Path) -> Iterator[Nginx]:
    with nginx(tmp_path) as target:
        yield target
