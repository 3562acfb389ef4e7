"""The fixtures of `pytest_plugin`: sessions as `HttpUser` and `FastHttpUser` have them.

Under `rlocust` the user itself calls them, with itself as the only argument, and requests are reported as of that user.
Under pytest there is no user: the address is that of `--host` and requests are reported to nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from locust.clients import HttpSession
    from locust.contrib.fasthttp import FastHttpSession
    from locust.user.users import User


class NoOpEvent:
    """Stands for the request event where nobody listens."""

    def fire(self, **_: Any) -> None:
        pass


#: The configurations of pytest at work, the newest last.
configs: list[pytest.Config] = []

Host = Callable[[], "str | None"]


class Fixtures:
    """Registered as a plug-in of one pytest configuration, so that `--host` is that configuration's."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        configs.append(config)

    @pytest.fixture
    def session(self, user: User | None = None) -> Iterator[HttpSession]:
        """A session of Requests that takes paths below the host."""
        yield from session(user, self._host)

    @pytest.fixture
    def fastsession(self, user: User | None = None) -> Iterator[FastHttpSession]:
        """The same with the faster client."""
        yield from fastsession(user, self._host)

    def _host(self) -> str | None:
        host: str | None = self.config.getoption("--host")
        return host


def session(user: User | None, host: Host) -> Iterator[HttpSession]:
    make_ready()
    from locust.clients import HttpSession

    with HttpSession(**_words_for_session(user, host)) as made:
        yield made


def fastsession(user: User | None, host: Host) -> Iterator[FastHttpSession]:
    make_ready()
    from locust.contrib.fasthttp import FastHttpSession

    yield FastHttpSession(**_words_for_session(user, host))


def _words_for_session(user: User | None, host: Host) -> dict[str, Any]:
    if user is None:
        return {"base_url": host(), "request_event": NoOpEvent(), "user": None}
    return {"base_url": user.host, "request_event": user.environment.events.request, "user": user}


def make_ready() -> None:
    """Not before a fixture is used: importing `locust` patches the standard library for gevent."""
    if "locust" not in sys.modules:
        from rlocust import _install

        _install.install()
