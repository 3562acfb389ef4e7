"""The fixtures by the names that a `conftest.py` may import from Locust's plug-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from rlocust import _pytest_fixtures

if TYPE_CHECKING:
    from locust.clients import HttpSession
    from locust.contrib.fasthttp import FastHttpSession
    from locust.user.users import User


@pytest.fixture
def session(user: User | None = None) -> Iterator[HttpSession]:
    """A session of Requests that takes paths below the host."""
    yield from _pytest_fixtures.session(user, _host)


@pytest.fixture
def fastsession(user: User | None = None) -> Iterator[FastHttpSession]:
    """The same with the faster client."""
    yield from _pytest_fixtures.fastsession(user, _host)


def pytest_configure(config: pytest.Config) -> None:
    """Called where the module itself is made a plug-in, by `pytest_plugins` or `-p`."""
    _configs[:] = [config]


_configs: list[Any] = []


def _host() -> str | None:
    configs = _configs or _pytest_fixtures.configs
    host: str | None = configs[-1].getoption("--host", None) if configs else None
    return host
